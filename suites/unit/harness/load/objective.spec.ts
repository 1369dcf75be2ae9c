import { expect, test } from '@playwright/test';
import { parseDurationMs } from '../../../../harness/load/duration.ts';
import { meetsObjective, parseObjective, sayObjective } from '../../../../harness/load/objective.ts';
import { loadRecord } from './records.ts';

test('reads times only with their unit', () => {
  const cases = { '250ms': 250, '1.5s': 1_500, '2m': 120_000, '1h': 3_600_000, ' 0s ': 0 };
  for (const [text, ms] of Object.entries(cases)) expect(parseDurationMs(text), text).toBe(ms);
  for (const text of ['5', '', 's', '-1s', '1e3ms', '1 s', 'Infinitys', '١s']) {
    expect(parseDurationMs(text), text).toBeNull();
  }
});

test('reads an objective, and refuses what it does not know', () => {
  expect(parseObjective('ttft=500ms, e2e=2s', true)).toEqual({ ttft: 500, e2el: 2_000 });
  expect(sayObjective({ ttft: 500, e2el: 2_000 })).toBe('ttft ≤ 500 ms and e2el ≤ 2 s');
  for (const text of ['', 'ttft', 'ttft=5', 'ttft=0ms', 'p95=5s', 'ttft=1s,ttft=2s', 'toString=1s']) {
    expect(() => parseObjective(text, true), text).toThrow(/--objective/);
  }
  expect(() => parseObjective('ttft=1s', false)).toThrow(/streamed/);
});

test('a request meets it up to the limit itself, from when it was meant to start', () => {
  const late = loadRecord(0, 0, { sentMs: 300, firstTokenMs: 350, itlMs: [20, 80, 10], endMs: 500 });
  const cases = [
    [{ ttft: 350 }, true],
    [{ ttft: 349 }, false],
    [{ e2el: 500 }, true],
    [{ e2el: 499 }, false],
    [{ itl: 80 }, true],
    [{ itl: 79 }, false],
    [{ tpot: 150 / 9 }, true],
    [{ tpot: 16 }, false],
    [{ ttft: 350, e2el: 499 }, false],
  ] as const;
  for (const [objective, met] of cases) {
    expect(meetsObjective(late, objective), JSON.stringify(objective)).toBe(met);
  }
  const failed = loadRecord(0, 0, { failure: { class: 'refused', detail: 'status 400' } });
  expect(meetsObjective(failed, { e2el: 10_000 })).toBe(false);
});

import { expect, test } from '@playwright/test';
import { renderLoad } from '../../../../harness/cli/render-load.ts';
import type { LoadFile } from '../../../../harness/load/load-folder.ts';
import { judgeStep } from '../../../../harness/load/load-verdict.ts';
import { healthy, loadRecord } from '../load/records.ts';

const records = Array.from({ length: 200 }, (_, i) =>
  loadRecord(i, i * 100, {
    firstTokenMs: i * 100 + 40,
    endMs: i * 100 + 100 + (i % 10),
    failure: i % 50 === 7 ? { class: 'rateLimited', detail: 'status 429' } : null,
    status: i % 50 === 7 ? 429 : 200,
  }),
);

function fileOf(faults: readonly string[] = []): LoadFile {
  const options = { ratePerS: 10, openLoop: true, objective: { e2el: 200 }, attainment: 0.9 };
  const step = judgeStep(records, { ...healthy, faults }, options);
  return {
    outcome: step.outcome,
    sentence: step.sentence,
    steps: [step],
    sweep: null,
    startedAt: '2026-11-22T00:00:00.000Z',
    finishedAt: '2026-11-22T00:00:20.000Z',
    command: ['harness', 'load'],
    target: { url: 'http://127.0.0.1:1', model: 'm', route: 'chat', stream: true },
    options: {},
    machine: { node: 'v20', platform: 'linux', cores: 2 },
  };
}

test('the verdict comes first, then one aligned table, the totals, the generator, the files', () => {
  const lines = renderLoad(fileOf(), '/tmp/x').split('\n');
  expect(lines[0]).toMatch(
    /^✓ Met: 98% \[9\d(\.\d)?%, 99(\.\d)?%\] of 200 requests had e2el ≤ 200 ms, 90% asked;/,
  );
  const times = lines.filter((line) => /^(time|end to)/.test(line));
  expect(times.map((line) => line.split('  ')[0])).toEqual([
    'time to first token',
    'time per output token',
    'end to end',
    'end to end, from the send',
  ]);
  const column = lines.find((line) => line.startsWith('ms, from'))!.indexOf('p95');
  for (const line of times) expect(line[column - 1], line).toBe(' ');
  expect(lines.join('\n')).toContain('failed           4 of 200: 4 rateLimited');
  expect(lines.join('\n')).toMatch(/requests\/s {7}9\.8\d? of 10 offered/);
  expect(lines.join('\n')).toContain('Generator  kept up: send lag p99 1 ms');
});

test('an invalid run says so in its first line', () => {
  const text = renderLoad(fileOf(['it used 97% of a core (limit 90%)']), '/tmp/x');
  expect(text.split('\n')[0]).toBe(
    '– Invalid: the load generator did not keep up, it used 97% of a core (limit 90%).',
  );
  expect(text).toContain('Generator  did not keep up');
});

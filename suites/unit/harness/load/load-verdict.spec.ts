import { expect, test } from '@playwright/test';
import { judgeStep, loadExitCodes } from '../../../../harness/load/load-verdict.ts';
import type { LoadRecord } from '../../../../harness/load/load-record.ts';
import { healthy, loadRecord } from './records.ts';

const options = { ratePerS: 1, openLoop: true, objective: { e2el: 150 }, attainment: 0.9 } as const;
/** One request a second; the last `slow` of them take 400 ms. */
const requests = (n: number, slow = 0): LoadRecord[] =>
  Array.from({ length: n }, (_, i) =>
    loadRecord(i, i * 1_000, { endMs: i * 1_000 + (i < n - slow ? 100 : 400) }),
  );

test('the bound of the interval decides: met, missed, or inconclusive with too few requests', () => {
  expect(judgeStep(requests(100), healthy, options).outcome).toBe('met');
  expect(judgeStep(requests(100, 40), healthy, options).outcome).toBe('missed');
  expect(judgeStep(requests(100, 10), healthy, options).outcome).toBe('inconclusive');
  expect(judgeStep(requests(10), healthy, options).outcome).toBe('inconclusive');
  expect(judgeStep(requests(100), healthy, options).sentence).toMatch(/^Met: 100% \[\d/);
});

test('without an objective nothing is judged', () => {
  const { outcome, sentence } = judgeStep(requests(20), healthy, { ...options, objective: null });
  expect(outcome).toBe('measured');
  expect(sentence).toBe('Measured: 20 of 20 requests answered, 1.05 requests/s, e2el p95 100 ms.');
});

test('a generator that lagged makes the run invalid, however good it looks, and says with what', () => {
  const faults = ['one request in a hundred was sent 34 ms late or later (limit 10 ms)'];
  const step = judgeStep(requests(100), { ...healthy, faults }, options);
  expect(step.outcome).toBe('invalid');
  expect(step.sentence).toContain('34 ms late');
  expect(loadExitCodes.invalid).toBe(3);
});

test('where nothing was answered there is no verdict, but the first failure', () => {
  const failed = requests(5).map((record) => ({
    ...record,
    failure: { class: 'connection', detail: 'ECONNREFUSED' } as const,
  }));
  const { outcome, sentence } = judgeStep(failed, healthy, options);
  expect(outcome).toBe('could-not-evaluate');
  expect(sentence).toContain('ECONNREFUSED');
});

test('a queue that grows is told from one that does not', () => {
  // 100 due in 10 s; a server that answers one each 100 ms keeps up, one each 200 ms does not.
  const served = (everyMs: number) =>
    Array.from({ length: 100 }, (_, i) => loadRecord(i, i * 100, { endMs: 50 + i * everyMs + 50 }));
  expect(judgeStep(served(100), healthy, options).saturated).toBe(false);
  expect(judgeStep(served(200), healthy, options).saturated).toBe(true);
  expect(judgeStep(served(200), healthy, { ...options, openLoop: false }).saturated).toBe(false);
});

import { expect, test } from '@playwright/test';
import { notEvaluated } from '../../../reports/not-evaluated.ts';
import { sampleReport } from './sample-report.ts';

const say = (data: Parameters<typeof notEvaluated>[0]) =>
  notEvaluated(data).map(({ what, why }) => `${what.join(' & ')}: ${why}`);

test('names every gap once, with its reason', () => {
  const data = sampleReport({ baseline: false, limit: 20 });
  const run = {
    ...data.run,
    status: 'interrupted' as const,
    leftOut: [{ name: 'e2e', reason: 'not asked for' }],
  };
  expect(say({ ...data, run })).toEqual([
    'The whole run: It is interrupted: what follows is what there was of it.',
    'All but the first samples: Limited to 20 samples a task; a limited run cannot be promoted.',
    'e2e: not asked for',
    'performance/latency.p95, at most 1000: 6 of 20 samples ended in an error (E_ENDPOINT); more than 5% are too many to judge by the rest.',
    'quality/facts.rougeL, not worse than baseline by 0.05: There is no @production yet.',
    'quality/readability.smog: 3 scores undefined; the samples say why.',
    'performance/latency: 6 samples of 20 ended in an error: E_ENDPOINT (6).',
  ]);
});

test('names samples that left no record and metrics without a value', () => {
  const data = sampleReport({ outcome: 'pass', hostile: false });
  const samples = data.samples.filter(({ task }) => task !== 'consistency');
  const metrics = data.metrics.metrics.map((row) =>
    row.task === 'consistency'
      ? { ...row, value: null, low: null, high: null, n: 0, reason: 'no sample has this score' }
      : row,
  );
  const said = say({
    ...data,
    samples,
    metrics: { metrics, baseline: null },
    run: { ...data.run, leftOut: [] },
  });
  expect(said).toEqual([
    'quality/readability.smog: 3 scores undefined; the samples say why.',
    'quality/consistency: 10 samples of 10 planned left no record.',
    'quality/consistency.identical: no sample has this score',
  ]);
});

test('tells a reason that several have once', () => {
  const data = sampleReport({ outcome: 'pass', hostile: false });
  const gates = data.verdict.gates
    .slice(0, 2)
    .map((gate) => ({ ...gate, outcome: 'not-applicable' as const, reason: 'there is no baseline yet' }));
  const said = say({ ...data, run: { ...data.run, leftOut: [] }, verdict: { ...data.verdict, gates } });
  expect(said[0]).toBe(
    'quality/facts.bleu, at least 10 & quality/facts.rougeL, at least 0.2: there is no baseline yet',
  );
});

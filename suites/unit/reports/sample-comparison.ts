/** A comparison of two runs, for the specs of its page: a metric of every conclusion that matters. */
import type { ComparisonData, MetricComparison } from '../../../reports/comparison-data.ts';
import { sampleReport } from './sample-report.ts';

export function sampleComparison({ facts = 200, hostile = false } = {}): ComparisonData {
  const report = sampleReport({ facts, hostile });
  const { run, verdict, samples } = report;
  const baselineRun = {
    ...run,
    id: 'earlier',
    model: { ...run.model, reference: 'tiny-chat@3' },
    baseline: null,
  };
  const row = report.metrics.metrics.find(({ metric }) => metric === 'rougeL')!;
  const base: MetricComparison = {
    suite: 'quality',
    task: 'facts',
    metric: 'rougeL',
    better: 'higher',
    unit: null,
    tag: null,
    score: 'rougeL',
    model: { ...row, value: 0.76, low: 0.73, high: 0.79 },
    baseline: { ...row, value: 0.83, low: 0.81, high: 0.85 },
    difference: { value: -0.07, low: -0.094, high: -0.046 },
    pairs: 200,
    clusters: 41,
    higher: 3,
    lower: 81,
    equal: 116,
    p: 0.0002,
    pAdjusted: 0.0006,
    conclusion: 'worse',
    reason: '81 of 200 pairs worse, 3 better; p < 0.001 among 3 metrics (Holm)',
  };
  return {
    sentence: 'Against tiny-chat@3, tiny-chat is worse on 2 of 3 metrics; 1 not compared.',
    outcome: 'worse',
    counts: { worse: 2, better: 0, different: 0, 'no-difference': 1, 'not-compared': 1 },
    model: { dir: '/runs/later', run, verdict, contradiction: null },
    baseline: { dir: '/runs/earlier', run: baselineRun, verdict, contradiction: null },
    setup: [],
    metrics: [
      { ...base, metric: 'bleu', score: 'bleu', conclusion: 'no-difference', reason: 'p = 1' },
      base,
      { ...base, metric: 'exactMatch', score: 'exactMatch' },
      {
        ...base,
        metric: 'p95',
        difference: null,
        p: null,
        pAdjusted: null,
        conclusion: 'not-compared',
        reason: 'a p95 is not compared pair by pair',
      },
    ],
    samples,
    baselineSamples: report.baselineSamples!,
    unpaired: 0,
  };
}

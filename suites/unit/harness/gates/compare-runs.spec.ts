import { expect, test } from '@playwright/test';
import { compareRuns } from '../../../../harness/gates/compare-runs.ts';
import { judgeRun } from '../../../../harness/gates/judge-again.ts';
import { parseGates } from '../../../../harness/gates/gates-file.ts';
import type { RunFolder } from '../../../../harness/runs/run-folder.ts';
import type { MetricSpec, RunInfo, SampleRecord } from '../../../../reports/report-data.ts';
import { sampleReport } from '../../reports/sample-report.ts';
import { binary, failed, record, records, spec, task } from './records.ts';

const GATES = 'version: 1\ngates:\n  - { metric: quality/facts.x, atLeast: 0 }\n';

/** A run of one task as it would be read from its folder. */
function folder(
  samples: readonly SampleRecord[],
  metrics: readonly MetricSpec[] = [spec('x', 'mean')],
  more: Partial<RunInfo> = {},
): RunFolder {
  const gates = parseGates(GATES, 'gates.yaml');
  const run: RunInfo = {
    ...sampleReport({ facts: 3 }).run,
    baseline: null,
    leftOut: [],
    tasks: [task(samples.length, metrics)],
    gates: { path: 'gates.yaml', digest: gates.digest },
    ...more,
  };
  const judged = judgeRun(run, gates, samples, null);
  return { dir: '/runs/a', gatesText: GATES, run, samples, baselineSamples: null, ...judged };
}

/** Scores 0.2 to 0.8, the same for the same n. */
const spread = (n: number) => Array.from({ length: n }, (_, i) => 0.2 + (0.6 * ((i * 7) % n)) / n);
const moved = (scores: readonly number[], by: number) =>
  scores.map((score, i) => score + by + (i % 5) * 0.004);

test('calls a run worse where its pairs are lower, better where they are higher, and the other way where lower is better', () => {
  const before = spread(40);
  for (const [by, better, conclusion] of [
    [-0.1, 'higher', 'worse'],
    [0.1, 'higher', 'better'],
    [-0.1, 'lower', 'better'],
    [0.1, 'lower', 'worse'],
    [0.1, 'neither', 'different'],
  ] as const) {
    const metrics = [spec('x', 'mean', { better })];
    const { metrics: rows, counts } = compareRuns(
      folder(records(before), metrics),
      folder(records(moved(before, by)), metrics),
    );
    expect(rows[0]!.conclusion).toBe(conclusion);
    expect(rows[0]!.difference!.value).toBeCloseTo(by + 0.008, 9);
    expect(counts[conclusion]).toBe(1);
  }
});

test('the sentence says what was found on how many metrics', () => {
  const before = folder(records(spread(40)));
  const after = folder(records(moved(spread(40), -0.1)));
  expect(compareRuns(before, after)).toMatchObject({
    outcome: 'worse',
    sentence: 'Against tiny-chat, tiny-chat is worse on 1 of 1 metric.',
  });
  expect(compareRuns(before, before)).toMatchObject({
    outcome: 'no-difference',
    sentence: 'Against tiny-chat, tiny-chat shows no clear difference on 1 metric.',
  });
});

test('equal pairs show no difference, and no interval of width 0 is claimed', () => {
  const run = folder(records(spread(12)));
  const [row] = compareRuns(run, run).metrics;
  expect(row).toMatchObject({
    conclusion: 'no-difference',
    difference: { value: 0, low: null, high: null },
    equal: 12,
    p: 1,
    reason: 'all 12 pairs are equal',
  });
});

test('swapping the runs turns every difference round', () => {
  const [a, b] = [folder(records(spread(30))), folder(records(moved(spread(30), 0.03)))];
  const [forth, back] = [compareRuns(a, b).metrics[0]!, compareRuns(b, a).metrics[0]!];
  expect(back.difference!.value).toBeCloseTo(-forth.difference!.value, 12);
  expect(back.difference!.low).toBeCloseTo(-forth.difference!.high!, 9);
  expect([back.higher, back.lower, back.p]).toEqual([forth.lower, forth.higher, forth.p]);
});

test('a few changed answers are no difference by the exact test, whatever a t test would say', () => {
  // Four of 200 lost, none won: t gives p = 0.044, McNemar's exact test 0.125.
  const metrics = [spec('x', 'proportion')];
  const { metrics: rows } = compareRuns(
    folder(records(binary(0, 200)), metrics),
    folder(records(binary(4, 196)), metrics),
  );
  expect(rows[0]).toMatchObject({ p: 0.125, conclusion: 'no-difference', lower: 4, higher: 0 });
});

test('p-values are adjusted over all metrics that were tested', () => {
  const metrics = ['x', 'y', 'z'].map((name) => spec(name, 'mean'));
  const scored = (by: number) =>
    spread(14).map((score, i) =>
      record(i, { scores: { x: score + (i < 12 ? by : -by / 4), y: score, z: score } }),
    );
  const { metrics: rows } = compareRuns(folder(scored(0), metrics), folder(scored(-0.02), metrics));
  expect(rows[0]!.p).toBeGreaterThan(0.0001);
  expect(rows[0]!.pAdjusted).toBeCloseTo(3 * rows[0]!.p!, 12);
});

test('only samples that both runs were asked in the same words are compared; the others are counted', () => {
  const before = records(spread(30));
  const after = records(moved(spread(30), -0.1)).map((each, i) =>
    i < 5 ? { ...each, inputDigest: 'sha256:other' } : i < 8 ? { ...each, sampleId: `new-${i}` } : each,
  );
  const { metrics, unpaired } = compareRuns(folder(before), folder(after));
  expect(metrics[0]!.pairs).toBe(22);
  expect(unpaired).toBe(16);
});

test('what cannot be compared says why and concludes nothing', () => {
  const scores = records(spread(30));
  const cases: [string, RunFolder, RunFolder][] = [
    [
      'the two were computed otherwise',
      folder(scores, [spec('x', 'mean', { signature: 'x|v2' })]),
      folder(scores),
    ],
    ['a p95 is not compared', folder(scores, [spec('x', 'p95')]), folder(scores, [spec('x', 'p95')])],
    ['the baseline has no such metric', folder(scores, []), folder(scores)],
    ['only the baseline has this metric', folder(scores), folder(scores, [])],
    [
      'no sample of it in common',
      folder(scores.map((each) => ({ ...each, inputDigest: 'sha256:other' }))),
      folder(scores),
    ],
    [
      'of one cluster cannot be compared',
      folder(scores.map((each) => ({ ...each, cluster: 'one' }))),
      folder(scores.map((each) => ({ ...each, cluster: 'one' }))),
    ],
    [
      'have an error on one side',
      folder(scores),
      folder(scores.map((each, i) => (i < 10 ? { ...failed(i) } : each))),
    ],
  ];
  for (const [reason, before, after] of cases) {
    const { metrics, outcome } = compareRuns(before, after);
    expect(metrics[0]).toMatchObject({ conclusion: 'not-compared', p: null, pAdjusted: null });
    expect(metrics[0]!.reason).toContain(reason);
    expect(outcome).toBe('not-compared');
  }
});

test('tells in what besides the model the runs differ', () => {
  const scores = records(spread(5));
  const other = { seed: 8, repeats: 3, versions: { harness: '0.0.9' } };
  const { setup } = compareRuns(
    folder(scores, undefined, { versions: { harness: '0.1.0' } }),
    folder(scores, undefined, other),
  );
  expect(setup).toEqual([
    { what: 'seed', baseline: '7', model: '8' },
    { what: 'repeats', baseline: '1', model: '3' },
    { what: 'version of harness', baseline: '0.1.0', model: '0.0.9' },
  ]);
});

test('a folder whose verdict does not follow from its samples is shown for what it is', () => {
  const honest = folder(records(spread(20)));
  const forged: RunFolder = { ...honest, verdict: { ...honest.verdict, outcome: 'fail' } };
  const { model, baseline } = compareRuns(honest, forged);
  expect(baseline.contradiction).toBeNull();
  expect(model.contradiction).toBe('the outcome is pass, not fail');
  expect(model.verdict.outcome).toBe('pass');
});

import { expect, test } from '@playwright/test';
import { aggregate, summarize } from '../../../../harness/gates/aggregate.ts';
import { compare } from '../../../../harness/gates/regression.ts';
import { meanInterval } from '../../../../harness/stats/mean.ts';
import { gateInterval } from '../../../../harness/stats/proportion.ts';
import type { MetricRow, MetricSpec, SampleRecord } from '../../../../reports/report-data.ts';
import { binary, failed, record, records, spec, task } from './records.ts';

function row(metric: MetricSpec, samples: readonly SampleRecord[]): MetricRow {
  return aggregate([task(samples.length, [metric])], samples)[0]!;
}

test('gives a mean its clustered t interval, corrected for skewness', () => {
  const scores = [0.1, 0.4, 0.35, 0.8, 0.9, 0.6];
  const samples = records(scores, { clusterSize: 2 });
  const { value, low, high } = meanInterval(scores, {
    clusters: samples.map((each) => each.cluster),
    skewCorrection: true,
    range: null,
  })!;
  expect(row(spec('x', 'mean', { unit: 'words' }), samples)).toEqual({
    suite: 'quality',
    task: 'facts',
    metric: 'x',
    value,
    low,
    high,
    n: 6,
    clusters: 3,
    errors: 0,
    errorClasses: { infrastructure: 0, timeout: 0, judge: 0, model: 0 },
    undefinedCount: 0,
    better: 'higher',
    unit: 'words',
    signature: 'x|v1',
    reason: null,
  });
});

test('gives zeros and ones the interval of a proportion, as a proportion or as a mean', () => {
  const { value, low, high } = gateInterval(8, 10);
  for (const kind of ['mean', 'proportion'] as const) {
    expect(row(spec('x', kind), records(binary(2, 8)))).toMatchObject({ value, low, high });
  }
});

test('reckons with all of a scale that goes beyond 0 and 1, though no sample did', () => {
  const zeros = records(binary(30, 0));
  const unit = row(spec('x', 'mean', { range: [0, 1] }), zeros);
  const wide = row(spec('x', 'mean', { range: [0, 2] }), zeros);
  expect(wide).toMatchObject({ value: 0, low: 0 });
  expect(wide.high).toBeGreaterThan(1.5 * unit.high!);
});

test('has no value where a score lies beyond its scale, rounding aside', () => {
  const percent = spec('x', 'mean', { range: [0, 100] });
  expect(row(percent, records([5, 100.00000000000004, 80])).reason).toBeNull();
  expect(row(percent, records([5, 101, 80]))).toMatchObject({
    value: null,
    low: null,
    high: null,
    reason: 'the scale is 0 to 100, but one score is 101',
  });
});

test('never counts an error as a zero', () => {
  const samples = [...records(binary(0, 10)), failed(10), failed(11)];
  expect(row(spec('x', 'proportion'), samples)).toMatchObject({
    value: 1,
    n: 10,
    errors: 2,
    undefinedCount: 0,
  });
});

test('counts undefined scores apart and says why when there is no other', () => {
  const undefinedScore = record(3, { scores: { x: null }, reasons: { x: 'fewer than three sentences' } });
  expect(row(spec('x', 'mean'), [...records([0.2, 0.4, 0.7]), undefinedScore])).toMatchObject({
    n: 3,
    undefinedCount: 1,
    reason: null,
  });
  expect(row(spec('x', 'mean'), [undefinedScore])).toMatchObject({
    value: null,
    low: null,
    high: null,
    n: 0,
    reason: 'the score is undefined for all 1 samples without error: fewer than three sentences',
  });
});

test('takes only the samples with the tag', () => {
  const samples = records(binary(5, 5)).map((each, i) => ({ ...each, tags: i < 5 ? ['unsafe'] : ['safe'] }));
  expect(row(spec('x', 'proportion', { tag: 'safe' }), samples)).toMatchObject({ value: 1, n: 5 });
  expect(row(spec('x', 'proportion', { tag: 'none' }), samples)).toMatchObject({
    value: null,
    reason: 'no sample has the tag none',
  });
});

test('takes a score that has a unit, or says that it has no bounds, for one without', () => {
  const seconds = records([0.2, 0.4, 0.3, 0.9, 0.2, 0.3, 0.4, 0.2]);
  const share = row(spec('x', 'mean'), seconds);
  const timed = row(spec('x', 'mean', { unit: 's' }), seconds);
  const unbounded = row(spec('x', 'mean', { range: null }), seconds);
  expect(timed.high! - timed.value!).toBeGreaterThan(2 * (share.high! - share.value!));
  expect(unbounded).toEqual({ ...timed, metric: unbounded.metric, unit: unbounded.unit });
  expect(row(spec('x', 'mean', { unit: 's' }), records([0.5, 0.5, 0.5]))).toMatchObject({
    low: null,
    high: null,
  });
});

test('keeps an interval inside the range of the score', () => {
  const { low, high } = row(spec('x', 'mean', { range: [0, 100] }), records([100, 98, 100, 95, 99, 70]));
  expect(low).toBeGreaterThan(0);
  expect(high).toBe(100);
});

test('leaves out an interval that there is not, and says why', () => {
  const cases: [MetricSpec, number[], Partial<MetricRow>][] = [
    [spec('x', 'mean'), [12.5], { value: 12.5, low: null, high: null, reason: 'one sample has no interval' }],
    [
      spec('x', 'mean'),
      [12, 12, 12],
      {
        value: 12,
        low: null,
        reason: 'all 3 scores are equal, and on a scale without known bounds that gives no interval',
      },
    ],
    [spec('x', 'max'), [3, 9, 4], { value: 9, low: null, high: null, reason: null }],
    [spec('x', 'sum'), [3, 9, 4], { value: 16, low: null, high: null, reason: null }],
    [
      spec('x', 'p95'),
      [1, 2, 3, 4, 5, 6],
      { value: 5.75, high: null, reason: '6 samples are too few for the upper bound of a p95' },
    ],
    [
      spec('x', 'proportion'),
      [1, 0.5],
      { value: null, reason: 'a proportion is of scores that are 0 or 1, but one is 0.5' },
    ],
  ];
  for (const [metric, scores, expected] of cases) {
    expect(row(metric, records(scores)), `${metric.aggregate} of ${scores}`).toMatchObject(expected);
  }
});

test('lists metrics in the order of the tasks, whatever the order of the records', () => {
  const metrics = [spec('x', 'mean'), spec('y', 'max')];
  const samples = [3, 1, 2].map((i) => record(i, { scores: { x: i / 10, y: i } }));
  const forward = aggregate([task(3, metrics)], samples);
  expect(forward.map(({ metric }) => metric)).toEqual(['x', 'y']);
  expect(aggregate([task(3, metrics)], [...samples].reverse())).toEqual(forward);
});

test('a rate that a detector found is corrected for its errors, and is not compared with a baseline', () => {
  const detector = {
    sensitivity: { successes: 554, trials: 589 },
    specificity: { successes: 299, trials: 311 },
  };
  const metric = spec('x', 'proportion', { detector });
  const found = records([...Array<number>(8).fill(0), ...Array<number>(92).fill(1)]);
  const summary = summarize(task(100, [metric]), metric, found);
  expect(summary.value).toBeCloseTo((0.92 + 299 / 311 - 1) / (554 / 589 + 299 / 311 - 1), 12);
  const plain = spec('x', 'proportion');
  const raw = summarize(task(100, [plain]), plain, found);
  expect(summary.high! - summary.low!).toBeGreaterThan(0.9 * (raw.high! - raw.low!));
  const tolerance = { maxErrorShare: 0.05, maxErrorShareOf: {}, maxUndefinedShare: 0.05 };
  expect(
    compare(summary, summary, 0.1, { confidence: 0.95, tolerance, look: null, sameModel: false }),
  ).toEqual({
    fault: expect.stringContaining('gate on the rate without correction') as unknown,
  });
  const none = summarize(task(100, [metric]), metric, records(Array<number>(100).fill(0)));
  expect(none.value).toBe(0);
});

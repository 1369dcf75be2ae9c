import { expect, test } from '@playwright/test';
import {
  clopperPearsonInterval,
  gateInterval,
  proportionInterval,
  wilsonInterval,
} from '../../../../harness/stats/proportion.ts';
import { binomialPmf } from '../../../../harness/stats/distributions.ts';
import { differences, golden } from './golden.ts';

test('agrees with statsmodels on Wilson and Clopper–Pearson', () => {
  const rows = golden.proportions.flatMap((row) => {
    const interval = row.method === 'wilson' ? wilsonInterval : clopperPearsonInterval;
    const { low, high } = interval(row.successes, row.trials, { confidence: row.confidence });
    const what = `${row.method} ${row.successes}/${row.trials} at ${row.confidence}`;
    return [
      { what: `${what} low`, ours: low, theirs: row.low },
      { what: `${what} high`, ours: high, theirs: row.high },
    ];
  });
  expect(rows.length).toBeGreaterThan(400);
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('counts every score when each is its own cluster: Wilson, and the exact end towards the nearer of 0 and 1', () => {
  const values = [1, 0, 1, 1, 0, 1, 1];
  const { low } = wilsonInterval(5, 7);
  const { high } = clopperPearsonInterval(5, 7);
  expect(proportionInterval(values)).toEqual({ value: 5 / 7, low, high, n: 7, clusters: 7, effectiveN: 7 });
  const mirrored = proportionInterval(values.map((value) => 1 - value))!;
  expect(mirrored.low).toBeCloseTo(1 - high, 12);
  expect(mirrored.high).toBeCloseTo(1 - low, 12);
});

test('errs on either side of a true rate in at most the share of samples it states, near 1 as well', () => {
  for (const [n, rate] of [
    [30, 0.97],
    [60, 0.97],
    [200, 0.97],
    [50, 0.9],
    [40, 0.5],
  ] as const) {
    let [tooHigh, tooLow] = [0, 0];
    for (let k = 0; k <= n; k++) {
      const { low, high } = gateInterval(k, n);
      if (low > rate) tooHigh += binomialPmf(k, n, rate);
      if (high < rate) tooLow += binomialPmf(k, n, rate);
    }
    expect(tooLow, `${n} at ${rate}`).toBeLessThanOrEqual(0.025);
    // Wilson's own side: by the score test's approximation.
    expect(tooHigh, `${n} at ${rate}`).toBeLessThanOrEqual(0.031);
  }
});

test('agrees with the effective sample size that explicit matrices give', () => {
  const rows = golden.clusteredProportions.flatMap((row, i) => {
    const ours = proportionInterval(row.values, { clusters: row.clusters })!;
    return (['effectiveN', 'low', 'high'] as const).map((key) => ({
      what: `sample ${i} ${key}`,
      ours: ours[key],
      theirs: row[key],
    }));
  });
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('counts clusters, not samples, when all scores agree', () => {
  const clusters = Array.from({ length: 240 }, (_, i) => `c${i % 60}`);
  const perfect = proportionInterval(Array(240).fill(1), { clusters })!;
  expect(perfect.low).toBe(wilsonInterval(60, 60).low);
  expect(perfect.high).toBe(1);
});

test('never gives a worse sample a better bound than a perfect one', () => {
  const clusters = Array.from({ length: 200 }, (_, i) => `c${i % 40}`);
  const withWrong = (wrong: number) =>
    proportionInterval(
      clusters.map((_, i) => (i < wrong ? 0 : 1)),
      { clusters },
    )!;
  for (let wrong = 1; wrong <= 40; wrong++) {
    expect(withWrong(wrong).low).toBeLessThanOrEqual(withWrong(0).low);
  }
});

test('is null of nothing and refuses what is no proportion', () => {
  expect(proportionInterval([])).toBeNull();
  expect(() => proportionInterval([1, 0.5])).toThrow(/0 or 1, got 0.5/);
  expect(() => wilsonInterval(3, 2)).toThrow(/3 successes of 2/);
  expect(() => wilsonInterval(0, 0)).toThrow(/0 successes of 0/);
  expect(() => wilsonInterval(1, 2, { confidence: 95 })).toThrow(/Confidence/);
});

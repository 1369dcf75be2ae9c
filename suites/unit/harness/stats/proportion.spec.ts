import { expect, test } from '@playwright/test';
import {
  clopperPearsonInterval,
  proportionInterval,
  wilsonInterval,
} from '../../../../harness/stats/proportion.ts';
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

test('is plain Wilson when every cluster has one score', () => {
  const values = [1, 0, 1, 1, 0, 1, 1];
  const { low, high } = wilsonInterval(5, 7);
  expect(proportionInterval(values)).toEqual({ value: 5 / 7, low, high, n: 7, clusters: 7, effectiveN: 7 });
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

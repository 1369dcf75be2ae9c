import { expect, test } from '@playwright/test';
import { meanInterval } from '../../../../harness/stats/mean.ts';
import { wilsonInterval } from '../../../../harness/stats/proportion.ts';
import { differences, golden } from './golden.ts';

test('agrees with scipy, statsmodels and explicit matrices, clustered or not', () => {
  const rows = golden.means.flatMap((row) => {
    const ours = meanInterval(row.values, {
      confidence: row.confidence,
      ...(row.clusters ? { clusters: row.clusters } : {}),
    })!;
    return (['value', 'low', 'high', 'standardError', 'degreesOfFreedom'] as const).map((key) => ({
      what: `${row.label} ${key}`,
      ours: ours[key],
      theirs: row[key],
    }));
  });
  expect(rows.length).toBeGreaterThan(80);
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('has no interval for one observation or one cluster', () => {
  expect(meanInterval([])).toBeNull();
  expect(meanInterval([0.7])).toBeNull();
  expect(meanInterval([0.7, 0.1, 0.4], { clusters: ['a', 'a', 'a'] })).toBeNull();
});

test('does not take equal scores for certainty', () => {
  const ones = meanInterval([1, 1, 1, 1, 1])!;
  expect(ones.low).toBeCloseTo(wilsonInterval(5, 5).low, 12);
  expect(ones.high).toBe(1);
  const halves = meanInterval([0.5, 0.5, 0.5])!;
  expect(halves.low).toBeLessThan(0.5);
  expect(halves.high).toBeGreaterThan(0.5);
});

test('does not take nearly equal scores for more certain than equal ones', () => {
  const options = { range: [0, 1] as const, skewCorrection: true };
  const equal = meanInterval(Array<number>(30).fill(1), options)!;
  const nearly = meanInterval([...Array<number>(29).fill(1), 0.98], options)!;
  expect(equal.low).toBeLessThan(0.9);
  expect(nearly.low).toBeLessThan(0.9);
  // In 30 samples of scores between 0.78 and 0.82, 3% of which are 0, there is no 0 in four of ten.
  const scores = Array.from({ length: 30 }, (_, i) => 0.78 + 0.01 * (i % 5));
  expect(meanInterval(scores, options)!.low).toBeLessThan(0.97 * 0.8);
  expect(meanInterval(scores, { range: [0, 1] })!.low).toBeGreaterThan(0.79);
  // A spread that leaves no room for such a score decides alone.
  const spread = Array.from({ length: 200 }, (_, i) => ((i * 37) % 200) / 200);
  const plain = meanInterval(spread, { range: [0, 1] })!;
  expect(meanInterval(spread, options)!.low).toBeCloseTo(plain.low, 3);
});

test('scales the bound of equal scores to the range, and has none where the range is unknown', () => {
  const scaled = meanInterval([100, 100, 100, 100], { range: [0, 100] })!;
  expect(scaled.low).toBeCloseTo(100 * wilsonInterval(4, 4).low, 10);
  expect(scaled.high).toBe(100);
  expect(meanInterval([100, 100, 100, 100])).toBeNull();
});

test('widens when the same scores come from fewer clusters', () => {
  const values = Array.from({ length: 40 }, (_, i) => (i < 20 ? 0.2 : 0.8));
  const width = (clusters: string[]): number => {
    const { low, high } = meanInterval(values, { clusters })!;
    return high - low;
  };
  const inTwenty = width(values.map((_, i) => `c${Math.floor(i / 2)}`));
  const inFour = width(values.map((_, i) => `c${Math.floor(i / 10)}`));
  expect(inFour).toBeGreaterThan(inTwenty);
  expect(inTwenty).toBeGreaterThan(width(values.map((_, i) => `c${i}`)));
});

test('refuses scores that are not finite and clusters that do not match', () => {
  expect(() => meanInterval([1, Number.NaN])).toThrow(/not a finite number/);
  expect(() => meanInterval([1, 2], { clusters: ['a'] })).toThrow(/2 values but 1/);
});

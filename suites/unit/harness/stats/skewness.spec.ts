import { expect, test } from '@playwright/test';
import { meanInterval } from '../../../../harness/stats/mean.ts';
import { pairedDifference } from '../../../../harness/stats/paired.ts';
import {
  cautiousSkewness,
  skewnessOf,
  symmetrise,
  unsymmetrise,
} from '../../../../harness/stats/skewness.ts';

test('is the third standardised moment, over clusters where there are any', () => {
  // scipy.stats.skew([1, 1, 1, 1, 0.2])
  expect(skewnessOf([[1], [1], [1], [1], [0.2]]).skewness).toBeCloseTo(-1.5, 12);
  expect(
    skewnessOf([
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
      [0.2, 0.2],
    ]).skewness,
  ).toBeCloseTo(-1.5, 12);
  expect(skewnessOf([[3], [3]]).skewness).toBe(0);
});

test('takes a t value there and back, and rises with it', () => {
  for (const skewness of [-4, -1, -1e-9, 0, 0.5, 3]) {
    const given = { skewness, clusters: 30 };
    let last = -Infinity;
    for (const t of [-5, -2, 0, 0.7, 2, 6]) {
      const symmetric = symmetrise(t, given);
      expect(unsymmetrise(symmetric, given)).toBeCloseTo(t, 6);
      expect(symmetric).toBeGreaterThan(last);
      last = symmetric;
    }
  }
});

test('lowers the lower bound of scores with a few low ones and leaves symmetric ones alone', () => {
  const skewed = [...Array<number>(27).fill(1), 0.9, 0.4, 0.7];
  const plain = meanInterval(skewed)!;
  const corrected = meanInterval(skewed, { skewCorrection: true })!;
  expect(corrected.low).toBeLessThan(plain.low - 0.01);
  expect(corrected.high).toBe(plain.high);
  const symmetric = Array.from({ length: 30 }, (_, i) => i / 29);
  const [a, b] = [meanInterval(symmetric)!, meanInterval(symmetric, { skewCorrection: true })!];
  expect(b.low).toBeCloseTo(a.low, 9);
});

test('raises a skewness that noise does not explain, the less the more clusters there are', () => {
  const sample = (copies: number) =>
    Array.from({ length: copies }, () => [...Array<number>(18).fill(0), 1, 4])
      .flat()
      .map((value) => [value]);
  const cautious = (groups: number[][]) => cautiousSkewness(groups, groups.length, 'mild');
  const factor = (copies: number) =>
    cautious(sample(copies)).above.skewness / skewnessOf(sample(copies)).skewness;
  expect(factor(2)).toBeGreaterThan(2);
  expect(factor(5)).toBeGreaterThan(1.5);
  expect(factor(100)).toBeLessThan(1.05);
  const mild = [0, 1, 2, 3, 4, 5, 6, 8, 10, 13].map((value) => [value]);
  expect(skewnessOf(mild).skewness).toBeGreaterThan(0.5);
  expect(cautious(mild)).toEqual({ below: skewnessOf(mild), above: skewnessOf(mild) });
  // The side without a tail has nothing to fear.
  expect(cautious(sample(2)).below).toEqual(skewnessOf(sample(2)));
  // A scale without bounds asks for more.
  const strong = cautiousSkewness(sample(100), 2000, 'strong').above.skewness;
  expect(strong).toBeGreaterThan(1.3 * skewnessOf(sample(100)).skewness);
  // Uneven clusters know less than their number says.
  expect(cautiousSkewness(sample(5), 25, 'mild').above.skewness).toBeGreaterThan(
    cautious(sample(5)).above.skewness,
  );
});

test('takes the long tails of uneven clusters for what they are and not for skewness', () => {
  // One large cluster above the others: as many sums as it takes to look skewed.
  const even = Array.from({ length: 21 }, (_, i) => [i === 0 ? 5 : (i % 3) - 1]);
  const uneven = even.map(([value], i) =>
    Array<number>(i === 0 ? 12 : 1).fill(i === 0 ? value! / 12 : value!),
  );
  expect(cautiousSkewness(even, 21, 'mild').above.skewness).toBeGreaterThan(1.5 * skewnessOf(even).skewness);
  expect(cautiousSkewness(uneven, 21, 'mild').above.skewness).toBe(skewnessOf(uneven).skewness);
});

/** Park and Miller's generator: the same numbers everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

test('lets a bound err about as seldom as stated where the plain t bound errs several times as often', () => {
  const random = seeded(7);
  const truth = 0.95;
  const runs = 1000;
  let plain = 0;
  let corrected = 0;
  let passed = 0;
  for (let run = 0; run < runs; run++) {
    const scores = Array.from({ length: 60 }, () => (random() < 0.1 ? random() : 1));
    if (meanInterval(scores)!.low > truth) plain++;
    if (meanInterval(scores, { skewCorrection: true })!.low > truth) corrected++;
    // the same scores, as losses on an unknown scale from a baseline: at the margin
    const baseline = scores.map(() => 11);
    const values = scores.map((score) => score + 10);
    const { pNotWorse } = pairedDifference(values, baseline, { margin: 1 - truth, skewCorrection: true })!;
    if (pNotWorse <= 0.025) passed++;
  }
  expect(plain / runs).toBeGreaterThan(0.06);
  const allowed = 0.025 + 3 * Math.sqrt((0.025 * 0.975) / runs);
  expect(corrected / runs).toBeLessThan(allowed);
  expect(passed / runs).toBeLessThan(allowed);
});

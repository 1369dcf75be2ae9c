import { expect, test } from '@playwright/test';
import { arrivalOffsets, userOffsets } from '../../../../harness/load/arrivals.ts';

const base = { ratePerS: 10, rampMs: 0, durationMs: 1_000, most: 10_000, seed: 1 } as const;

test('constant arrivals come evenly, from the start up to the end', () => {
  const expected = [0, 100, 200, 300, 400, 500, 600, 700, 800, 900];
  const offsets = arrivalOffsets({ ...base, pattern: 'constant' });
  expect(offsets.map(Math.round)).toEqual(expected);
  expect(arrivalOffsets({ ...base, pattern: 'constant', most: 3 })).toHaveLength(3);
});

test('Poisson arrivals are the same for a seed, ascend, and have the mean and the spread of Poisson', () => {
  const long = { ...base, pattern: 'poisson', ratePerS: 100, durationMs: 200_000, most: 100_000 } as const;
  const offsets = arrivalOffsets(long);
  expect(arrivalOffsets(long)).toEqual(offsets);
  expect(arrivalOffsets({ ...long, seed: 2 })).not.toEqual(offsets);
  const gaps = offsets.map((offset, i) => offset - (offsets[i - 1] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
  // 20,000 expected, standard deviation 141
  expect(Math.abs(offsets.length - 20_000)).toBeLessThan(4 * 141);
  const mean = gaps.reduce((a, b) => a + b) / gaps.length;
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  // an exponential's deviation is its mean; constant arrivals would have none
  expect(deviation / mean).toBeGreaterThan(0.97);
  expect(deviation / mean).toBeLessThan(1.03);
});

test('a ramp starts with none and reaches the rate: half as many in its time, for both patterns', () => {
  for (const pattern of ['constant', 'poisson'] as const) {
    const offsets = arrivalOffsets({
      ...base,
      pattern,
      ratePerS: 200,
      rampMs: 20_000,
      durationMs: 40_000,
    });
    const within = (from: number, to: number) => offsets.filter((each) => each >= from && each < to).length;
    // 2,000 in the ramp and 4,000 after it; five standard deviations of Poisson
    expect(Math.abs(within(0, 20_000) - 2_000), pattern).toBeLessThan(5 * Math.sqrt(2_000));
    expect(Math.abs(within(20_000, 40_000) - 4_000), pattern).toBeLessThan(5 * Math.sqrt(4_000));
    expect(Math.abs(within(0, 10_000) - 500), pattern).toBeLessThan(5 * Math.sqrt(500));
  }
});

test('users begin evenly over their ramp', () => {
  expect(userOffsets(4, 1_000)).toEqual([0, 250, 500, 750]);
  expect(userOffsets(2, 0)).toEqual([0, 0]);
});

import { expect, test } from '@playwright/test';
import { betaCdf } from '../../../../harness/stats/distributions.ts';
import { distanceWithUnseen, pWithUnseen } from '../../../../harness/stats/unseen.ts';

const alone = (values: readonly number[]): number[][] => values.map((value) => [value]);

/** `ones` ones, then zeros. */
const zeroOne = (ones: number, zeros: number): number[] => [
  ...Array<number>(ones).fill(1),
  ...Array<number>(zeros).fill(0),
];

test('is (1 − distance / reach)ⁿ for n equal scores, within 2%', () => {
  for (const n of [2, 10, 30, 200, 5000]) {
    for (const p of [0.2, 0.025, 0.0015]) {
      const tested = 0.8 * p ** (1 / n);
      const found = pWithUnseen(alone(Array<number>(n).fill(0.8)), { side: 1, tested, worst: 0 });
      expect(found / p, `${n} at ${p}`).toBeGreaterThan(1 - 1e-4);
      expect(found / p, `${n} at ${p}`).toBeLessThan(n < 10 ? 1.1 : 1.03);
    }
  }
});

test("is Clopper and Pearson's for 0/1 scores, on both sides", () => {
  for (const [ones, zeros] of [
    [9, 1],
    [28, 2],
    [195, 5],
    [120, 80],
  ] as const) {
    for (const tested of [0.3, 0.55, 0.72, 0.93]) {
      const groups = alone(zeroOne(ones, zeros));
      const above = pWithUnseen(groups, { side: 1, tested, worst: 0 });
      expect(above, `${ones} above ${tested}`).toBeCloseTo(betaCdf(tested, ones, zeros + 1), 2);
      const below = pWithUnseen(groups, { side: -1, tested, worst: 1 });
      expect(below, `${ones} below ${tested}`).toBeCloseTo(1 - betaCdf(tested, ones + 1, zeros), 2);
    }
  }
});

test('counts whole clusters, copies of a sample, and a shift', () => {
  const values = [0.9, 0.7, 0.8, 0.95, 0.6, 0.85, 0.75, 0.9];
  const claim = { side: 1, tested: 0.6, worst: 0 } as const;
  const copied = pWithUnseen(alone([...values, ...values]), claim);
  expect(pWithUnseen(alone(values), { ...claim, times: 2 })).toBeCloseTo(copied, 12);
  const inTwos = values.map((value) => [value, value]);
  expect(pWithUnseen(inTwos, claim)).toBeCloseTo(pWithUnseen(alone(values), claim), 12);
  expect(pWithUnseen(inTwos, claim)).toBeGreaterThan(copied);
  const lower = pWithUnseen(alone(values.map((value) => value - 0.1)), claim);
  expect(pWithUnseen(alone(values), { ...claim, shift: -0.1 })).toBeCloseTo(lower, 12);
});

test('is certain where the end of the scale is reached, and of nothing at the mean', () => {
  const groups = alone([0.4, 0.6, 0.5, 0.5]);
  expect(pWithUnseen(groups, { side: 1, tested: 0, worst: 0 })).toBe(0);
  expect(pWithUnseen(groups, { side: 1, tested: 0.7, worst: 0 })).toBe(1);
  // Where the mean, the worst one counted, is the tested one.
  const at = (tested: number): number => pWithUnseen(groups, { side: 1, tested, worst: 0 });
  expect(at(0.4)).toBeGreaterThan(0.4);
  expect(at(0.4)).toBeLessThan(0.5);
  // The formula there has a limit of its own.
  expect(at(0.4)).toBeCloseTo((at(0.399) + at(0.401)) / 2, 3);
});

test('plans with the distance at which a sample of that spread has the level', () => {
  const values = Array.from({ length: 100 }, (_, i) => 0.5 + (i % 2 === 0 ? 0.1 : -0.1));
  const design = { clusters: 100, deviation: 0.1, size: 0.1, skewness: 0, alpha: 0.025 };
  const distance = distanceWithUnseen({ ...design, reach: 0.4 });
  const p = pWithUnseen(alone(values), { side: 1, tested: 0.5 - distance, worst: 0.1 - distance });
  expect(p).toBeCloseTo(0.025, 6);
  // With no spread at all, (1 − d / (reach + d))ⁿ
  const still = distanceWithUnseen({ ...design, deviation: 0, reach: 0.4 });
  expect((0.4 / (0.4 + still)) ** 100).toBeCloseTo(0.025, 3);
});

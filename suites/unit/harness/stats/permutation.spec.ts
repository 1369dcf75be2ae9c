import { expect, test } from '@playwright/test';
import { mcnemar } from '../../../../harness/stats/mcnemar.ts';
import { signFlipTest } from '../../../../harness/stats/permutation.ts';
import { differences, golden } from './golden.ts';

test("agrees with scipy's exact permutation test", () => {
  const rows = golden.signFlips.flatMap(({ label, values, margin, ...theirs }) => {
    const ours = signFlipTest(values, { margin });
    expect(ours.exact).toBe(true);
    return (['pNotWorse', 'pWorse', 'pDifferent'] as const).map((key) => ({
      what: `${label} ${key}`,
      ours: ours[key],
      theirs: theirs[key],
    }));
  });
  expect(differences(rows, 1e-12)).toEqual([]);
});

test("is McNemar's exact test where scores are 0 or 1", () => {
  const values = [...Array<number>(9).fill(-1), ...Array<number>(3).fill(1), ...Array<number>(30).fill(0)];
  const { pDifferent, pWorse, exact } = signFlipTest(values);
  expect(exact).toBe(true);
  expect(pDifferent).toBeCloseTo(mcnemar(9, 3).exact, 12);
  expect(pWorse).toBeCloseTo(mcnemar(9, 3).worse, 12);
});

test('draws flips where there are too many, close to the exact test, never a p of 0, alike for a seed', () => {
  const values = [...Array<number>(30).fill(-1), ...Array<number>(14).fill(1)];
  const drawn = signFlipTest(values, { seed: 4 });
  expect(drawn.exact).toBe(false);
  const { worse } = mcnemar(30, 14);
  expect(Math.abs(drawn.pWorse - worse)).toBeLessThan(4 * Math.sqrt((worse * (1 - worse)) / 9999));
  expect(signFlipTest(values, { seed: 4 })).toEqual(drawn);
  const sure = signFlipTest(Array<number>(40).fill(-1), { draws: 99 });
  expect(sure.pWorse).toBe(0.01);
});

test('flips clusters and not pairs', () => {
  const values = Array<number>(20).fill(-1);
  const clusters = values.map((_, i) => `c${i % 4}`);
  expect(signFlipTest(values, { clusters }).pWorse).toBe(1 / 16);
  expect(signFlipTest([0, 0], {})).toEqual({ pNotWorse: 1, pWorse: 1, pDifferent: 1, exact: true });
});

test('refuses a negative margin and no draws', () => {
  expect(() => signFlipTest([1], { margin: -1 })).toThrow(/margin of -1/);
  expect(() => signFlipTest([1], { draws: 0 })).toThrow(/0 draws/);
});

import { expect, test } from '@playwright/test';
import { Pcg64 } from '../../../../harness/stats/pcg64.ts';
import {
  repeatsThatPay,
  standardErrorWith,
  varianceComponents,
} from '../../../../harness/stats/variance-components.ts';
import { differences, golden } from './golden.ts';

test("agrees with statsmodels' analysis of variance, balanced or not", () => {
  const rows = golden.components.flatMap(({ values, samples, between, within }, at) => {
    const ours = varianceComponents(values, samples)!;
    return [
      { what: `${at} between`, ours: ours.between, theirs: between },
      { what: `${at} within`, ours: ours.within, theirs: within },
    ];
  });
  expect(differences(rows, 1e-10)).toEqual([]);
});

test('finds the parts that were put in', () => {
  const random = new Pcg64(3);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.random())) * Math.cos(2 * Math.PI * random.random());
  const values: number[] = [];
  const samples: string[] = [];
  for (let at = 0; at < 3000; at++) {
    const own = 2 * normal();
    for (let repeat = 0; repeat < 3; repeat++) {
      values.push(own + normal());
      samples.push(String(at));
    }
  }
  const { between, within, icc } = varianceComponents(values, samples)!;
  expect(between).toBeGreaterThan(3.7);
  expect(between).toBeLessThan(4.3);
  expect(within).toBeGreaterThan(0.95);
  expect(within).toBeLessThan(1.05);
  expect(icc).toBeCloseTo(0.8, 1);
});

test('tells how many repeats pay', () => {
  const parts = { between: 1, within: 1 };
  const repeats = repeatsThatPay(parts, 0.05);
  const limit = standardErrorWith(parts, 100, Infinity);
  expect(limit).toBe(0.1);
  expect(limit / standardErrorWith(parts, 100, repeats)).toBeGreaterThanOrEqual(0.95);
  expect(limit / standardErrorWith(parts, 100, repeats - 1)).toBeLessThan(0.95);
  expect(repeatsThatPay({ between: 1, within: 0 })).toBe(1);
  expect(repeatsThatPay({ between: 0, within: 1 })).toBe(Infinity);
});

test('has no answer without repeats or with one sample', () => {
  expect(varianceComponents([1, 2], ['a', 'b'])).toBeNull();
  expect(varianceComponents([1, 2], ['a', 'a'])).toBeNull();
});

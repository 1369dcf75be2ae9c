import { expect, test } from '@playwright/test';
import { observationsForBound, quantileInterval } from '../../../../harness/stats/quantile.ts';
import { differences, golden } from './golden.ts';

test("agrees with numpy's quantile and scipy's order-statistic interval", () => {
  const rows = golden.quantiles.flatMap((row) => {
    const ours = quantileInterval(row.values, row.q, { confidence: row.confidence })!;
    return (['value', 'low', 'high'] as const).map((key) => ({
      what: `p${row.q * 100} of ${row.values.length} at ${row.confidence} ${key}`,
      ours: ours[key],
      theirs: row[key],
    }));
  });
  expect(rows.length).toBeGreaterThan(150);
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('leaves a bound open that the sample is too small for, and tells how many it takes', () => {
  const values = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  expect(observationsForBound(0.95, 'high')).toBe(72);
  expect(quantileInterval(values(71), 0.95)!.high).toBeNull();
  expect(quantileInterval(values(72), 0.95)!.high).toBe(71);
  expect(observationsForBound(0.5, 'low')).toBe(6);
  expect(quantileInterval(values(5), 0.5)!.low).toBeNull();
  expect(quantileInterval(values(6), 0.5)!.low).toBe(0);
  expect(quantileInterval([], 0.5)).toBeNull();
});

test('counts repeated measurements of one sample as one', () => {
  const values = Array.from({ length: 100 }, (_, i) => Math.floor(i / 5));
  const clusters = values.map((value) => `s${value}`);
  const apart = quantileInterval(values, 0.5)!;
  const together = quantileInterval(values, 0.5, { clusters })!;
  expect(together.high! - together.low!).toBeGreaterThan(apart.high! - apart.low!);
});

import { expect, test } from '@playwright/test';
import { uniform } from '../../../../engine/training/random.ts';
import { changePoints } from '../../../../harness/stats/change-points.ts';

const draw = uniform(11);
const normal = () => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());
const series = (values: readonly number[], standardError = 0) =>
  values.map((value) => ({ value, standardError }));

test('finds each change of level where it is, with the levels', () => {
  const levels = [
    ...Array<number>(8).fill(0.8),
    ...Array<number>(6).fill(0.6),
    ...Array<number>(9).fill(0.9),
  ];
  const found = changePoints(
    levels.map((level) => ({ value: level + 0.01 * normal(), standardError: 0.01 })),
  );
  expect(found.map(({ at }) => at)).toEqual([8, 14]);
  expect(found[0]!.before).toBeCloseTo(0.8, 1);
  expect(found[1]!.after).toBeCloseTo(0.9, 1);
});

test('marks a series without any change in fewer than 5 of 100', () => {
  for (const n of [4, 5, 8, 12, 20, 50]) {
    for (const error of [0, 1]) {
      const rounds = 1000;
      let marked = 0;
      for (let round = 0; round < rounds; round++) {
        if (changePoints(series(Array.from({ length: n }, normal), error)).length > 0) marked++;
      }
      expect(marked / rounds, `${n} points, error ${error}`).toBeLessThan(0.05);
    }
  }
});

test('the partition costs the least of all, by trying every one', () => {
  const costOf = (values: readonly number[], bounds: readonly number[]) =>
    bounds.slice(1).reduce((total, to, i) => {
      const part = values.slice(bounds[i], to);
      const mean = part.reduce((a, b) => a + b) / part.length;
      return total + part.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    }, 0);
  for (let round = 0; round < 40; round++) {
    const values = Array.from({ length: 9 }, (_, i) => normal() + (i > 3 ? 6 * draw() : 0) - (i > 6 ? 7 : 0));
    const penalty = 12 + 2 * Math.log(9);
    const noise = changePoints(series(values, 50));
    expect(noise).toEqual([]);
    let least = Infinity;
    for (let mask = 0; mask < 256; mask++) {
      const bounds = [0, ...[1, 2, 3, 4, 5, 6, 7, 8].filter((i) => mask & (1 << (i - 1))), 9];
      if (bounds.slice(1).some((to, i) => to - bounds[i]! < 2)) continue;
      least = Math.min(least, costOf(values, bounds) + penalty * (bounds.length - 2));
    }
    // Errors far above the noise from point to point are the variance, here 1 for all.
    const steps = values.slice(1).map((value, i) => Math.abs(value - values[i]!));
    steps.sort((a, b) => a - b);
    const spread = (1.4826 * (steps[3]! + steps[4]!)) / 2 / Math.SQRT2;
    const scale = 1.01 * Math.max(1, spread);
    const scaled = series(
      values.map((value) => value * scale),
      scale,
    );
    const found = [0, ...changePoints(scaled).map(({ at }) => at), 9];
    if (spread > 1) continue;
    expect(costOf(values, found) + penalty * (found.length - 2)).toBeCloseTo(least, 6);
  }
});

test('a somewhat odd point, a lone last one, a short series and equal values are no change of level', () => {
  expect(changePoints(series([1, 1.1, 0.9, 1.3, 1, 1.05, 0.95, 1], 0.1))).toEqual([]);
  expect(changePoints(series([1, 1.1, 0.9, 1, 1.05, 1.3], 0.1))).toEqual([]);
  expect(changePoints(series([0, 9, 9]))).toEqual([]);
  expect(changePoints(series(Array<number>(30).fill(0.7)))).toEqual([]);
  expect(changePoints([])).toEqual([]);
});

test('values that are always the same but for one step have one change', () => {
  expect(changePoints(series([...Array<number>(5).fill(0.7), ...Array<number>(5).fill(0.71)]))).toMatchObject(
    [{ at: 5 }],
  );
});

test('refuses what is no number', () => {
  expect(() => changePoints(series([1, Number.NaN, 2, 3]))).toThrow('A series holds NaN');
  expect(() => changePoints(series([1, 2, 3, 4], -1))).toThrow('expected finite values');
});

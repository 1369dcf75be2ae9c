import { expect, test } from '@playwright/test';
import { packRows, stepsOf } from '../../../../engine/training/packing.ts';
import { permutation, uniform } from '../../../../engine/training/random.ts';

const random = uniform(4);
const sizes = Array.from({ length: 2000 }, () => 5 + Math.floor(random() * 60));

test('puts every example into exactly one row, whatever the seed and epoch', () => {
  for (const [seed, epoch] of [
    [0, 0],
    [0, 1],
    [7, 0],
    [4_294_967_295, 3],
  ] as const) {
    const rows = packRows(sizes, 128, seed, epoch);
    expect(rows.flat().toSorted((a, b) => a - b)).toEqual(sizes.map((_, index) => index));
  }
});

test('never fills a row beyond its length, and leaves little of it empty', () => {
  const rows = packRows(sizes, 128, 1, 0);
  const filled = rows.map((row) => row.reduce((sum, index) => sum + sizes[index]!, 0));
  expect(Math.max(...filled)).toBeLessThanOrEqual(128);
  const padding = 1 - filled.reduce((a, b) => a + b, 0) / (rows.length * 128);
  expect(padding).toBeLessThan(0.03);
});

test('orders the examples by seed and epoch', () => {
  const order = (seed: number, epoch: number) => packRows(sizes, 128, seed, epoch).flat();
  expect(order(1, 0)).toEqual(order(1, 0));
  expect(order(1, 1)).not.toEqual(order(1, 0));
  expect(order(2, 0)).not.toEqual(order(1, 0));
});

test('keeps rows near the shuffled order: long examples do not gather at one end', () => {
  const flat = packRows(sizes, 128, 1, 0).flat();
  const mean = (part: number[]) => part.reduce((sum, index) => sum + sizes[index]!, 0) / part.length;
  expect(Math.abs(mean(flat.slice(0, 1000)) - mean(flat.slice(1000)))).toBeLessThan(5);
});

test('leaves the last step smaller rather than dropping its rows', () => {
  const rows = Array.from({ length: 7 }, (_, index) => [index]);
  expect(stepsOf(rows, 3).map((step) => step.length)).toEqual([3, 3, 1]);
});

test('permutes uniformly', () => {
  // Each of 4 numbers on each of 4 places: 3,000 times out of 12,000, within five standard deviations.
  const counts = Array.from({ length: 16 }, () => 0);
  for (let seed = 0; seed < 12_000; seed++) {
    permutation(4, seed).forEach((value, place) => counts[4 * place + value]!++);
  }
  expect(Math.max(...counts.map((count) => Math.abs(count - 3000)))).toBeLessThan(5 * Math.sqrt(3000 * 0.75));
});

import { expect, test } from '@playwright/test';
import {
  countOf,
  formatDuration,
  formatMeasure,
  formatNumber,
  formatTick,
} from '../../../../reports/app/format.js';

test('gives a number the digits its size deserves', () => {
  const cases: [number | null, string][] = [
    [null, '–'],
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [0.8421, '0.842'],
    [-1.5, '−1.500'],
    [12.345, '12.35'],
    [123.45, '123.5'],
    [1234.5, '1,235'],
    [1_134_208, '1,134,208'],
    [0.00042, '0.00042'],
    [-0.0000042, '−0.0000042'],
    [1.2e-9, '1.2e−9'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ];
  for (const [number, shown] of cases) expect(formatNumber(number)).toBe(shown);
});

test('shows value, bounds and baseline to two digits of the half width', () => {
  const cases: [Parameters<typeof formatMeasure>[0], string][] = [
    [{ value: 0.8421, low: 0.8111, high: 0.8702 }, '0.842 [0.811, 0.870] –'],
    [{ value: 412.7, low: 380.2, high: 455.1 }, '413 [380, 455] –'],
    [{ value: 42.3849, low: 38.9, high: 45.8, baseline: 41 }, '42.4 [38.9, 45.8] 41.0'],
    [{ value: 1, low: 1, high: 1 }, '1 [1, 1] –'],
    [{ value: 0.9 }, '0.900  –'],
    [{ value: null, low: null, high: null }, '–  –'],
    [{ value: -0.0001, low: -0.02, high: 0.02 }, '0.000 [−0.020, 0.020] –'],
  ];
  for (const [measure, shown] of cases) {
    const { value, interval, baseline } = formatMeasure(measure);
    expect(`${value} ${interval} ${baseline}`).toBe(shown);
  }
});

test('never rounds a number onto the threshold it is judged by', () => {
  expect(formatMeasure({ value: 0.25, low: 0.19996, high: 0.3, threshold: 0.2 }).interval).toBe(
    '[0.19996, 0.30000]',
  );
  expect(formatMeasure({ value: 999.99, threshold: 1000 }).value).toBe('999.99');
  expect(formatMeasure({ value: 0.2, low: 0.1, high: 0.3, threshold: 0.2 }).value).toBe('0.20');
});

test('names the ends of an axis without trailing zeros', () => {
  expect([0, 1, 0.25, -1.2, 1000, 0.1 * 3].map(formatTick)).toEqual([
    '0',
    '1',
    '0.25',
    '−1.2',
    '1,000',
    '0.3',
  ]);
});

test('tells durations in the unit a reader would use', () => {
  const cases: [number, string][] = [
    [412.4, '412 ms'],
    [59_940, '59.9 s'],
    [72_480, '1 min 12 s'],
    [119_900, '2 min 0 s'],
    [7_500_000, '2 h 5 min'],
  ];
  for (const [ms, shown] of cases) expect(formatDuration(ms)).toBe(shown);
});

test('counts one in the singular', () => {
  expect([0, 1, 1204].map((n) => countOf(n, 'sample'))).toEqual(['0 samples', '1 sample', '1,204 samples']);
});

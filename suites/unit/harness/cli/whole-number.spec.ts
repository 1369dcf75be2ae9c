import { expect, test } from '@playwright/test';
import { wholeNumber } from '../../../../harness/cli/whole-number.ts';

test('lets whole numbers within the bounds through, the bounds included', () => {
  expect([
    wholeNumber('limit', 1, 1),
    wholeNumber('port', 0, 0, 65_535),
    wholeNumber('port', 7, 0, 7),
  ]).toEqual([1, 0, 7]);
});

test('refuses all else as wrong usage, with option, value and range', () => {
  const refused = (value: number, ...range: [number, number?]) =>
    expect(() => wholeNumber('limit', value, ...range));
  for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    refused(value, 1).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
  }
  refused(0, 1).toThrow('--limit 0 is not a whole number of at least 1.');
  refused(9, 1, 8).toThrow('--limit 9 is not a whole number from 1 to 8.');
});

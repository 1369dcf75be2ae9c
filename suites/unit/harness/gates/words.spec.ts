import { expect, test } from '@playwright/test';
import { count, counted, roughly, say, sayer } from '../../../../harness/gates/words.ts';

test('says numbers with three digits, real minus signs and thousands set off', () => {
  const cases: [number, string][] = [
    [0.123456, '0.123'],
    [-0.0412, '−0.0412'],
    [1240.4, '1,240'],
    [-1234567, '−1,234,567'],
    [0, '0'],
    [1, '1'],
    [99.96, '100'],
    [1.5e-9, '1.5e−9'],
    [0.1 + 0.2, '0.3'],
  ];
  for (const [value, text] of cases) expect(say(value)).toBe(text);
});

test('keeps a bound apart from the threshold that it misses', () => {
  const number = sayer(0.2, [0.19996, 0.25]);
  expect([number(0.19996), number(0.2), number(0.25)]).toEqual(['0.19996', '0.2', '0.25']);
  expect(sayer(0.123456, [0.5])(0.123456)).toBe('0.123456');
});

test('counts in words', () => {
  expect([count(1240), counted(1, 'gate'), counted(0, 'gate'), counted(12345, 'sample')]).toEqual([
    '1,240',
    '1 gate',
    '0 gates',
    '12,345 samples',
  ]);
  expect([7, 99, 101, 18_582].map(roughly)).toEqual([7, 99, 110, 19_000]);
});

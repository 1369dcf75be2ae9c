import { expect, test } from '@playwright/test';
import { isClose, numberIn, numbersIn, numericMatch } from '../../../../harness/metrics/numeric-match.ts';
import { differences, goldenVectors } from './golden-vectors.ts';

interface Golden {
  readonly numbers: readonly (readonly [text: string, expected: number])[];
  readonly closeness: readonly (readonly [number, number, absolute: number, relative: number, 0 | 1])[];
}

const golden = goldenVectors<Golden>('outputs');

test('reads the number that Python wrote, in every frame', () => {
  const cases = golden.numbers.map(([what, theirs]) => ({ what, ours: numberIn(what) ?? NaN, theirs }));
  expect(cases.length).toBeGreaterThanOrEqual(480);
  expect(differences(cases, 0)).toEqual([]);
});

test('calls numbers close when math.isclose does', () => {
  const wrong = golden.closeness.filter(
    ([a, b, absolute, relative, close]) => isClose(a, b, { absolute, relative }) !== (close === 1),
  );
  expect(wrong).toEqual([]);
});

test('finds numbers as English text writes them', () => {
  const cases: readonly (readonly [string, readonly number[]])[] = [
    ['It is 42.', [42]],
    ['10-20', [10, 20]],
    ['x=-3, y - 4', [-3, 4]],
    ['8 - -3', [8, -3]],
    ['−7 and -$5 and $-5', [-7, -5, -5]],
    ['GPT4, covid-19, 3rd', [19, 3]],
    ['version 1.2.3', []],
    ['on 1/2/2020', [1, 2, 2020]],
    ['1/0 of it', []],
    ['2 x 10^{5}, 1.5×10^-3, 1.1e3', [200_000, 0.0015, 1100]],
    ['1,11 and 1,111', [1, 11, 1111]],
    ['.5 of 1e999', [0.5]],
    ['first 5\n#### 1,000 dollars', [1000]],
    ['none', []],
  ];
  for (const [text, numbers] of cases) expect(numbersIn(text), text).toEqual(numbers);
});

test('matches by the options given', () => {
  expect(numericMatch('I think 41, no, 42', '42')).toBe(1);
  expect(numericMatch('I think 41, no, 42', '41', { take: 'first' })).toBe(1);
  expect(numericMatch('I think 41, no, 42', '42', { take: 'only' })).toBe(0);
  expect(numericMatch('50%', '0.5')).toBe(0);
  expect(numericMatch('50 \\%', '0.5', { percent: 'fraction' })).toBe(1);
  expect(numericMatch('3.14', 'about 3.14159', { absolute: 0.01 })).toBe(1);
  expect(numericMatch('nothing', ['1', '2'])).toBe(0);
  expect(numericMatch('2', ['1', '2'])).toBe(1);
  expect(numericMatch('2', ['two'])).toEqual({ value: null, reason: 'no reference has a number' });
});

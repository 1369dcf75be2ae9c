import { expect, test } from '@playwright/test';
import {
  betaCdf,
  betaQuantile,
  binomialCdf,
  binomialPmf,
  binomialQuantile,
  normalCdf,
  normalQuantile,
  tCdf,
  tQuantile,
  tUpperTail,
} from '../../../../harness/stats/distributions.ts';
import { differences, golden } from './golden.ts';

const functions: Record<string, (...numbers: number[]) => number> = {
  betaCdf,
  betaQuantile,
  binomialCdf,
  binomialPmf,
  binomialQuantile,
  normalCdf,
  normalQuantile,
  tCdf,
  tQuantile,
  tUpperTail,
};

test('agrees with scipy within 1e-12', () => {
  const rows = golden.distributions.map((row) => ({
    what: `${row.function}(${row.arguments.join(', ')})`,
    ours: functions[row.function]!(...row.arguments),
    theirs: row.value,
  }));
  expect(rows.length).toBeGreaterThan(700);
  expect(differences(rows, 1e-12)).toEqual([]);
});

test('keeps its digits in far tails', () => {
  const relative = (ours: number, theirs: number): number => Math.abs(ours / theirs - 1);
  expect(relative(normalCdf(-20), 2.7536241186061556e-89)).toBeLessThan(1e-12);
  expect(relative(tUpperTail(30, 10), 1.9808961710156623e-11)).toBeLessThan(1e-12);
});

test('meets a normal distribution as degrees of freedom grow without bound', () => {
  expect(tQuantile(0.975, Infinity)).toBe(normalQuantile(0.975));
  expect(tUpperTail(1.5, Infinity)).toBe(normalCdf(-1.5));
});

test('refuses a probability outside [0, 1] and degrees of freedom that are not positive', () => {
  for (const p of [-0.1, 1.1, Number.NaN]) expect(() => normalQuantile(p)).toThrow(/\[0, 1\]/);
  for (const df of [0, -1, Number.NaN]) expect(() => tQuantile(0.9, df)).toThrow(/degrees of freedom/);
});

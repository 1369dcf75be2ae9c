import { expect, test } from '@playwright/test';
import { spentAlpha, twoLooks } from '../../../../harness/stats/sequential.ts';
import { differences, golden } from './golden.ts';

test("agrees with scipy's bivariate normal", () => {
  const rows = golden.sequential.flatMap(({ alpha, fraction, spending, alphas }) => {
    const ours = twoLooks(alpha, fraction, spending).alphas;
    return alphas.map((theirs, look) => ({
      what: `${spending} ${alpha} at ${fraction}, look ${look + 1}`,
      ours: ours[look]!,
      theirs,
    }));
  });
  expect(rows.length).toBeGreaterThan(50);
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('has the bounds of the textbooks at half of the information', () => {
  // Jennison and Turnbull 2000, tables 7.2 and 7.4; one-sided alpha 0.025
  const rounded = (spending: 'obrien-fleming' | 'pocock') =>
    twoLooks(0.025, 0.5, spending).bounds.map((bound) => bound.toFixed(3));
  expect({ obf: rounded('obrien-fleming'), pocock: rounded('pocock') }).toEqual({
    obf: ['2.963', '1.969'],
    pocock: ['2.157', '2.201'],
  });
});

test('spends all of alpha by the end and nothing at the start', () => {
  for (const spending of ['obrien-fleming', 'pocock'] as const) {
    expect(spentAlpha(0.025, 1, spending)).toBeCloseTo(0.025, 14);
    expect(spentAlpha(0.025, 1e-4, spending)).toBeLessThan(1e-5);
  }
});

test('refuses a first look that sees nothing or everything', () => {
  for (const fraction of [0, 1, -1, Number.NaN]) expect(() => twoLooks(0.025, fraction)).toThrow(/share/);
  expect(() => twoLooks(0, 0.5)).toThrow(/alpha 0/);
});

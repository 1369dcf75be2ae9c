import { expect, test } from '@playwright/test';
import { mcnemar } from '../../../../harness/stats/mcnemar.ts';
import { differences, golden } from './golden.ts';

test('agrees with statsmodels and scipy, exact and mid-p', () => {
  const rows = golden.mcnemar.flatMap(({ losses, gains, ...theirs }) => {
    const ours = mcnemar(losses, gains);
    return (['exact', 'midP', 'worse'] as const).map((key) => ({
      what: `${losses} losses, ${gains} gains: ${key}`,
      ours: ours[key],
      theirs: theirs[key],
    }));
  });
  expect(differences(rows, 1e-12)).toEqual([]);
});

test('refuses what is no count', () => {
  expect(() => mcnemar(1.5, 2)).toThrow(/1.5 losses/);
  expect(() => mcnemar(1, -2)).toThrow(/-2 gains/);
});

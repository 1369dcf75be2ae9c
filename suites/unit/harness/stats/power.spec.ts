import { expect, test } from '@playwright/test';
import { tQuantile, tUpperTail } from '../../../../harness/stats/distributions.ts';
import { minimumDetectableEffect } from '../../../../harness/stats/power.ts';
import { differences, golden } from './golden.ts';

test('agrees with the quantiles of scipy', () => {
  const rows = golden.effects.map(({ standardError, value, ...options }) => ({
    what: JSON.stringify(options),
    ours: minimumDetectableEffect(standardError, options),
    theirs: value,
  }));
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('is found with the power it names', () => {
  const effect = minimumDetectableEffect(1, { degreesOfFreedom: 1e6 });
  expect(tUpperTail(tQuantile(0.975, 1e6) - effect, 1e6)).toBeCloseTo(0.8, 6);
});

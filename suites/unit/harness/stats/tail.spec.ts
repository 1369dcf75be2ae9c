import { expect, test } from '@playwright/test';
import { tQuantile, tUpperTail } from '../../../../harness/stats/distributions.ts';
import {
  CLUSTERS_THAT_SHOW_A_TAIL,
  CLUSTERS_THAT_SHOW_IT_IN_NOISE,
  meanTailStretch,
  stretchedUpperTail,
  tailStretch,
} from '../../../../harness/stats/tail.ts';

/** Upper critical values of t of lognormal losses (σ = 1), from 40,000 samples each. */
const simulated = [
  { n: 6, alpha: 0.025, critical: 7.47 },
  { n: 12, alpha: 0.025, critical: 5.17 },
  { n: 12, alpha: 0.0025, critical: 9.75 },
  { n: 20, alpha: 0.025, critical: 4.33 },
  { n: 20, alpha: 0.0015, critical: 8.29 },
  { n: 25, alpha: 0.005, critical: 5.95 },
];

test('has the critical values of samples whose long tail was not seen, within 5%', () => {
  for (const { n, alpha, critical } of simulated) {
    const t = tQuantile(1 - alpha, n - 1);
    expect(Math.abs((t * tailStretch(t, n - 1)) / critical - 1), `n=${n} alpha=${alpha}`).toBeLessThan(0.05);
  }
});

test('gives p-values that say what the critical values say', () => {
  for (const degrees of [3, 11, 19.5]) {
    for (const alpha of [0.2, 0.025, 0.001]) {
      const t = tQuantile(1 - alpha, degrees);
      expect(stretchedUpperTail(t * tailStretch(t, degrees), degrees)).toBeCloseTo(alpha, 9);
    }
    expect(stretchedUpperTail(-1, degrees)).toBe(tUpperTail(-1, degrees));
  }
});

test('fades for means, whose tail noise can hide', () => {
  const at = (clusters: number) => meanTailStretch(2, clusters - 1);
  expect(at(29)).toBe(tailStretch(2, 28));
  expect(at(30)).toBeCloseTo(1.3, 9);
  expect(at(60)).toBeCloseTo(1.1, 9);
  expect(at(CLUSTERS_THAT_SHOW_IT_IN_NOISE)).toBe(1);
  expect(at(5000)).toBe(1);
});

test('leaves enough clusters alone in comparisons', () => {
  expect(tailStretch(2, CLUSTERS_THAT_SHOW_A_TAIL - 1)).toBe(1);
  expect(tailStretch(2, CLUSTERS_THAT_SHOW_A_TAIL - 2)).toBeGreaterThan(1.5);
});

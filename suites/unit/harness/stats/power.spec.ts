import { expect, test } from '@playwright/test';
import {
  binomialCdf,
  noncentralTCdf,
  normalCdf,
  tQuantile,
  tUpperTail,
} from '../../../../harness/stats/distributions.ts';
import { designEffect } from '../../../../harness/stats/power-design.ts';
import {
  minimumDetectableEffect,
  minimumDetectableEffectOfMean,
  powerOfMean,
  sampleSizeOfMean,
} from '../../../../harness/stats/power-mean.ts';
import {
  decidingDeviation,
  differenceDeviation,
  minimumDetectableEffectOfPairs,
  powerOfPairs,
  sampleSizeOfPairs,
} from '../../../../harness/stats/power-pairs.ts';
import {
  detectableRate,
  powerOfProportion,
  sampleSizeOfProportion,
} from '../../../../harness/stats/power-proportion.ts';
import { gateInterval } from '../../../../harness/stats/proportion.ts';
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

test("agrees with scipy's noncentral t", () => {
  const rows = golden.noncentral.map(({ t, df, shift, value }) => ({
    what: `nct(${t}, ${df}, ${shift})`,
    ours: noncentralTCdf(t, df, shift),
    theirs: value,
  }));
  expect(rows.length).toBeGreaterThan(180);
  expect(differences(rows, 1e-10)).toEqual([]);
  expect(noncentralTCdf(1, Infinity, 2)).toBe(normalCdf(-1));
});

test("agrees with statsmodels on a mean's power, sample size and detectable effect", () => {
  const rows = golden.meanPower.flatMap(({ effect, confidence, power, n, at, found }) => [
    ...at.map((point) => ({
      what: `power of ${effect} with ${point.n} at ${confidence}`,
      ours: powerOfMean(effect, 1, point.n, { confidence }),
      theirs: point.power,
    })),
    ...found.map((point) => ({
      what: `effect with ${point.n} at ${confidence}, ${power}`,
      // statsmodels' solver stops at about 1e-6, which the power at its effect makes good.
      ours: powerOfMean(minimumDetectableEffectOfMean(1, point.n, { confidence, power }), 1, point.n, {
        confidence,
      }),
      theirs: power,
    })),
    ...found.map((point) => ({
      what: `effect with ${point.n} at ${confidence}, ${power}, to three digits`,
      ours: Number(minimumDetectableEffectOfMean(1, point.n, { confidence, power }).toPrecision(3)),
      theirs: Number(point.effect.toPrecision(3)),
    })),
    {
      what: `n for ${effect} at ${confidence}, ${power}`,
      ours: sampleSizeOfMean(effect * 3, 3, { confidence, power })!.n,
      theirs: Math.ceil(n),
    },
  ]);
  expect(rows.length).toBeGreaterThan(60);
  expect(differences(rows, 1e-9)).toEqual([]);
});

test("agrees with the exact power by statsmodels' bounds", () => {
  const rows = golden.proportionPower.flatMap(({ threshold, rate, at }) =>
    at.map(({ n, power }) => ({
      what: `${rate} against ${threshold}, n=${n}`,
      ours: powerOfProportion(threshold, rate, n),
      theirs: power,
    })),
  );
  expect(differences(rows, 1e-10)).toEqual([]);
});

test('counts the samples whose bound decides, on either side and in the middle', () => {
  for (let n = 2; n <= 30; n++) {
    const intervals = Array.from({ length: n + 1 }, (_, successes) =>
      gateInterval(successes, n, { confidence: 0.6 }),
    );
    for (const threshold of [0.25, 0.4, 0.45, 0.55, 0.6, 0.75]) {
      for (const rate of [0.02, 0.98]) {
        const power = intervals.reduce((sum, { low, high }, successes) => {
          const chance =
            binomialCdf(successes, n, rate) - (successes === 0 ? 0 : binomialCdf(successes - 1, n, rate));
          return (rate > threshold ? low >= threshold : high <= threshold) ? sum + chance : sum;
        }, 0);
        expect(
          powerOfProportion(threshold, rate, n, { confidence: 0.6 }),
          `${rate}, ${threshold}, n=${n}`,
        ).toBeCloseTo(power, 9);
      }
    }
  }
});

test('has the wanted power from the sample size of a proportion on, and not just before it', () => {
  for (const [threshold, rate] of [
    [0.9, 0.95],
    [0.9, 0.85],
    [0.5, 0.58],
    [0.02, 0],
    [0.1, 0.2],
  ] as const) {
    const { n } = sampleSizeOfProportion(threshold, rate)!;
    expect(powerOfProportion(threshold, rate, n - 1), `${rate} against ${threshold}`).toBeLessThan(0.8);
    for (let more = 0; more < 200; more++) {
      expect(powerOfProportion(threshold, rate, n + more)).toBeGreaterThanOrEqual(0.8);
    }
  }
});

test('names the rate that a sample can tell from the threshold', () => {
  expect(powerOfProportion(0.9, detectableRate(0.9, 400, 'above')!, 400)).toBeCloseTo(0.8, 9);
  expect(powerOfProportion(0.9, detectableRate(0.9, 400, 'below')!, 400)).toBeCloseTo(0.8, 9);
  // 34 of 34 is not enough for a Wilson bound of 0.9; 35 of 35 is.
  expect(detectableRate(0.9, 34, 'above')).toBeNull();
  expect(detectableRate(0.9, 35, 'above')).not.toBeNull();
});

test('asks for more samples where they come in clusters that agree', () => {
  const alone = sampleSizeOfMean(0.2, 1)!;
  const grouped = sampleSizeOfMean(0.2, 1, { clusterSize: 5, icc: 0.4 })!;
  expect(grouped.n).toBe(grouped.clusters * 5);
  expect(grouped.n / alone.n).toBeGreaterThan(designEffect({ clusterSize: 5, icc: 0.4 }));
  expect(grouped.n / alone.n).toBeLessThan(1.1 * designEffect({ clusterSize: 5, icc: 0.4 }));
  expect(designEffect({ clusterSize: 5, icc: 0.4 })).toBeCloseTo(2.6, 12);
  const rates = [{}, { clusterSize: 5, icc: 0.4 }].map((o) => sampleSizeOfProportion(0.9, 0.95, o)!.n);
  expect(rates[1]! / rates[0]!).toBeGreaterThan(2.6);
  expect(rates[1]! / rates[0]!).toBeLessThan(2.8);
});

test('plans pairs with the variance that the comparison will count, not less', () => {
  // 0/1 scores of which 1% differ: a margin of 0.05 counts as if 5% did.
  const { deviation, corrected } = decidingDeviation({ margin: 0.05, deviation: 0.1 }, 2000);
  expect(deviation).toBeCloseTo(Math.sqrt(0.05 - 0.0025), 4);
  expect(corrected).toBeLessThan(1e-6);
  expect(decidingDeviation({ margin: 0.05, deviation: 0.1, differenceSize: null }, 200).deviation).toBe(0.1);
  // Where both are alike, the larger of the two is more than either.
  const both = decidingDeviation({ margin: 0.05, deviation: Math.sqrt(0.0475) }, 200);
  expect(both.deviation).toBeGreaterThan(1.03 * Math.sqrt(0.0475));
  expect(both.corrected).toBeCloseTo(0.5, 9);
  const design = { margin: 0.05, deviation: 0.5 };
  const { n } = sampleSizeOfPairs(design)!;
  expect(minimumDetectableEffectOfPairs(n, design)).toBeLessThanOrEqual(0.05);
  expect(minimumDetectableEffectOfPairs(n - 1, design)).toBeGreaterThan(0.05);
  expect(sampleSizeOfPairs({ ...design, difference: -0.05 })).toBeNull();
  expect(differenceDeviation(3, 4, 0)).toBe(5);
  expect(differenceDeviation(3, 3, 1)).toBe(0);
});

test('reckons with what the correction for skewness costs', () => {
  const plain = powerOfMean(0.3, 1, 100);
  const symmetric = powerOfMean(0.3, 1, 100, { skewness: 0 });
  expect(plain - symmetric).toBeGreaterThan(0);
  expect(plain - symmetric).toBeLessThan(0.03);
  expect(powerOfMean(0.3, 1, 100, { skewness: -2 })).toBeLessThan(symmetric - 0.1);
  expect(sampleSizeOfMean(0.3, 1, { skewness: -2 })!.n).toBeGreaterThan(sampleSizeOfMean(0.3, 1)!.n * 1.15);
  // 0/1 scores of which 5% differ are skewed at a margin of 0.03, whatever they show.
  const rare = { margin: 0.03, deviation: Math.sqrt(0.05) };
  expect(powerOfPairs(600, rare)).toBeLessThan(
    powerOfPairs(600, { ...rare, differenceSize: null, skewness: 0 }) - 0.01,
  );
});

test('asks for more where sizes of clusters differ', () => {
  const even = sampleSizeOfMean(0.2, 1, { clusterSize: 5, icc: 0.3 })!;
  const uneven = sampleSizeOfMean(0.2, 1, { clusterSize: 5, icc: 0.3, clusterSizeVariation: 1 })!;
  expect(uneven.n / even.n).toBeGreaterThan(1.6);
});

test('draws the size of a difference towards the scale where few pairs differ', () => {
  const rare = { margin: 0.05, deviation: 0.02, differenceSize: 0.2, scale: 1 };
  expect(decidingDeviation(rare, 100).deviation).toBeGreaterThan(
    decidingDeviation(rare, 10_000).deviation * 1.5,
  );
});

test('refuses what is no design', () => {
  expect(() => sampleSizeOfMean(0, 1)).toThrow(/Effect 0/);
  expect(() => sampleSizeOfMean(1, 1, { power: 1 })).toThrow(/power 1/);
  expect(() => sampleSizeOfMean(1, 1, { clusterSize: 4, icc: 2 })).toThrow(/correlation 2/);
  expect(() => powerOfProportion(1, 0.5, 10)).toThrow(/Threshold 1/);
});

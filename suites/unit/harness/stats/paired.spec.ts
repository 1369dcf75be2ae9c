import { expect, test } from '@playwright/test';
import { impliedBy, skewnessAt } from '../../../../harness/stats/drop-implies.ts';
import { pairedDifference } from '../../../../harness/stats/paired.ts';
import { differences, golden } from './golden.ts';

test("agrees with scipy's paired t test, shifted by the margin", () => {
  const rows = golden.paired.flatMap((row, i) => {
    const ours = pairedDifference(row.values, row.baseline, { margin: row.margin })!;
    return (['value', 'low', 'high', 'pNotWorse', 'pWorse'] as const).map((key) => ({
      what: `sample ${i} margin ${row.margin} ${key}`,
      ours: ours[key],
      theirs: row[key],
    }));
  });
  expect(differences(rows, 1e-9)).toEqual([]);
});

test('counts the pairs that are worse, better and equal', () => {
  const { lower, higher, equal, n } = pairedDifference([1, 0, 0, 1, 1], [1, 1, 1, 0, 1])!;
  expect({ lower, higher, equal, n }).toEqual({ lower: 2, higher: 1, equal: 2, n: 5 });
});

test('takes equal 0/1 scores as evidence only in as far as there are many', () => {
  const equal = (n: number) => pairedDifference(Array(n).fill(1), Array(n).fill(1), { margin: 0.05 })!;
  expect(equal(20).pNotWorse).toBeGreaterThan(0.025);
  expect(equal(50).pNotWorse).toBeGreaterThan(0.025);
  expect(equal(90).pNotWorse).toBeLessThan(0.025);
  expect(equal(90).low).toBeGreaterThan(-0.05);
});

test('believes likelihoods that agree to the last digit', () => {
  const values = [-12.25, -3.5, -7.75];
  const { pNotWorse, pWorse, low, high } = pairedDifference(values, values, { margin: 0.05 })!;
  expect({ pNotWorse, pWorse, low, high }).toEqual({ pNotWorse: 0, pWorse: 1, low: 0, high: 0 });
});

test('has no answer for one cluster', () => {
  expect(pairedDifference([1, 2], [2, 2], { clusters: ['a', 'a'] })).toBeNull();
});

test('refuses samples of different length and a negative margin', () => {
  expect(() => pairedDifference([1], [1, 2])).toThrow(/1 and 2/);
  expect(() => pairedDifference([1, 2], [1, 2], { margin: -1 })).toThrow(/margin/);
});

test('knows how skewed 0/1 differences are at the margin, though the sample shows nothing of it', () => {
  // Of differences that are −1 with probability 0.1, +1 with 0.05, else 0, by their moments.
  const [mean, deviation] = [-0.05, Math.sqrt(0.15 - 0.05 ** 2)];
  const third = 0.1 * (-1 - mean) ** 3 + 0.05 * (1 - mean) ** 3 + 0.85 * (-mean) ** 3;
  expect(skewnessAt(mean, 1, deviation)).toBeCloseTo(third / deviation ** 3, 12);
  const values = [...Array<number>(6).fill(0), ...Array<number>(6).fill(1), ...Array<number>(188).fill(1)];
  const baseline = [...Array<number>(6).fill(1), ...Array<number>(6).fill(0), ...Array<number>(188).fill(1)];
  const options = { margin: 0.05 };
  const plain = pairedDifference(values, baseline, options)!;
  const corrected = pairedDifference(values, baseline, { ...options, skewCorrection: true })!;
  expect(corrected.pNotWorse).toBeGreaterThan(1.3 * plain.pNotWorse);
  expect(corrected.low).toBeLessThan(plain.low);
  expect(corrected.high).toBeCloseTo(plain.high, 9);
  // On an unknown scale nothing is known of it.
  const shifted = (scores: readonly number[]) => scores.map((score) => score + 10);
  const unknown = pairedDifference(shifted(values), shifted(baseline), { ...options, skewCorrection: true })!;
  expect(unknown.pNotWorse).toBeCloseTo(plain.pNotWorse, 9);
});

test('implies the variance of a drop, and counts a loss in a large cluster for more', () => {
  // All-or-nothing pairs: variance of the mean at least (d − d²) / n, but for what was not seen.
  const alone = Array.from({ length: 400 }, (_, i) => [i % 4 === 0 ? -1 : 0]);
  expect(impliedBy(alone, 1).standardError(-0.1)).toBeCloseTo(Math.sqrt(0.09 / 400), 12);
  expect(impliedBy(alone, 1).standardError(0)).toBe(0);
  expect(impliedBy(alone, null).standardError(-0.1)).toBe(0);
  const large = [
    ...Array.from({ length: 200 }, () => [0]),
    ...Array.from({ length: 20 }, (_, i) => Array<number>(10).fill(i % 4 === 0 ? -1 : 0)),
  ];
  expect(impliedBy(large, 1).standardError(-0.1)).toBeGreaterThan(
    2 * impliedBy(alone, 1).standardError(-0.1),
  );
});

test('does not take many small differences for proof that there is no rare large one', () => {
  // 3% of the model's answers collapse, the others differ a little: 60 samples hold no collapse one time in six.
  const baseline = Array<number>(60).fill(0.8);
  const values = baseline.map((score, i) => score + 0.01 * ((i % 5) - 2));
  const { pNotWorse, low } = pairedDifference(values, baseline, { margin: 0.0225, skewCorrection: true })!;
  expect(pNotWorse).toBeGreaterThan(0.025);
  // The interval covers what was seen.
  expect(low).toBeGreaterThan(-0.0225);
  const many = Array.from({ length: 10 }, () => values).flat();
  const options = { margin: 0.0225, skewCorrection: true };
  expect(pairedDifference(many, Array<number>(600).fill(0.8), options)!.pNotWorse).toBeLessThan(0.001);
});

test('passes and fails only where the interval lies on that side of the margin, and elsewhere for what was not seen', () => {
  let undone = 0;
  const random = seeded(7);
  for (let run = 0; run < 40; run++) {
    const values = Array.from({ length: 60 }, () => (random() < 0.9 ? 1 : 0));
    const baseline = values.map((value) => (random() < 0.1 ? 1 - value : value));
    for (const margin of [0, 0.02, 0.05, 0.1, 0.2, 0.4]) {
      const found = pairedDifference(values, baseline, { margin, skewCorrection: true })!;
      const what = `run ${run}, margin ${margin}`;
      if (found.pNotWorse <= 0.025) expect(found.low, what).toBeGreaterThan(-margin);
      if (found.pWorse <= 0.025) expect(found.high, what).toBeLessThan(-margin);
      if (found.low > -margin && found.pNotWorse > 0.025) undone++;
      expect(found.low, what).toBeLessThanOrEqual(found.value);
      expect(found.high, what).toBeGreaterThanOrEqual(found.value);
    }
  }
  expect(undone).toBeGreaterThan(0);
  // Of 0/1 scores in 240 runs hardly any.
  expect(undone).toBeLessThan(24);
});

test('does not trust few clusters on a scale without bounds to know their tail', () => {
  const values = Array.from({ length: 12 }, (_, i) => 10 + (i % 4) / 10);
  const baseline = values.map((value, i) => value - 0.05 * (1 + (i % 3)));
  const plain = pairedDifference(values, baseline, { margin: 0.02 })!;
  const few = pairedDifference(values, baseline, { margin: 0.02, skewCorrection: true })!;
  expect(few.tailStretch).toBeGreaterThan(2);
  expect(few.value - few.low).toBeCloseTo(few.tailStretch * (plain.value - plain.low), 9);
  expect(few.pNotWorse).toBeGreaterThan(plain.pNotWorse);
  // On a scale with bounds the worst that has not been seen is known, and with 30 clusters the tail shows.
  expect(pairedDifference(values, baseline, { scale: 20, skewCorrection: true })!.tailStretch).toBe(1);
  const many = (of: readonly number[]) => [...of, ...of, ...of];
  expect(pairedDifference(many(values), many(baseline), { skewCorrection: true })!.tailStretch).toBe(1);
});

/** Park and Miller's generator: the same numbers everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

test('passes a model that is worse by exactly the margin at most as often as it says', () => {
  // Each draws the difference of a pair; all have mean −margin. `size` pairs share a cluster and its draw's luck.
  const random = seeded(20261122);
  const normal = (): number => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const rate = (share: number): number => (random() < share ? 1 : 0);
  const worlds: { name: string; n: number; size: number; margin: number; pairs: () => [number, number][] }[] =
    [200, 60].flatMap((n) => [
      {
        name: `0/1, only losses, n=${n}`,
        n,
        size: 1,
        margin: 0.05,
        pairs: () => Array.from({ length: n }, () => [1 - rate(0.05), 1]),
      },
      {
        name: `0/1, losses and gains, n=${n}`,
        n,
        size: 1,
        margin: 0.05,
        pairs: () =>
          Array.from({ length: n }, () => {
            const luck = random();
            return luck < 0.15 ? [0, 1] : luck < 0.25 ? [1, 0] : [1, 1];
          }),
      },
      {
        name: `rare partial losses in [0, 1], n=${n}`,
        n,
        size: 1,
        margin: 0.02,
        pairs: () => Array.from({ length: n }, () => [1 - rate(0.05) * 0.8 * random(), 1]),
      },
      {
        name: `normal, n=${n}`,
        n,
        size: 1,
        margin: 0.1,
        pairs: () => Array.from({ length: n }, () => [5 - 0.1 + normal(), 5]),
      },
      {
        name: `normal in clusters of 4, n=${n}`,
        n,
        size: 4,
        margin: 0.1,
        pairs: () =>
          Array.from({ length: n / 4 }, () => normal()).flatMap((shared) =>
            Array.from({ length: 4 }, (): [number, number] => [5 - 0.1 + shared + 0.5 * normal(), 5]),
          ),
      },
      {
        name: `0/1 in clusters of 4, n=${n}`,
        n,
        size: 4,
        margin: 0.1,
        pairs: () =>
          Array.from({ length: n / 4 }, () => rate(0.1)).flatMap((lost) =>
            Array.from({ length: 4 }, (): [number, number] => [1 - lost, 1]),
          ),
      },
    ]);
  const runs = 600;
  const alpha = 0.025;
  // Three standard errors of a rate of alpha over so many runs.
  const allowed = alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs);
  const rates = worlds.map(({ name, n, size, margin, pairs }) => {
    let passed = 0;
    let failed = 0;
    for (let run = 0; run < runs; run++) {
      const drawn = pairs();
      const result = pairedDifference(
        drawn.map(([value]) => value),
        drawn.map(([, baseline]) => baseline),
        {
          margin,
          skewCorrection: true,
          clusters: Array.from({ length: n }, (_, i) => `c${Math.floor(i / size)}`),
        },
      )!;
      if (result.pNotWorse <= alpha) passed++;
      if (result.pWorse <= alpha) failed++;
    }
    return { name, passed: passed / runs, failed: failed / runs };
  });
  expect(rates.filter(({ passed, failed }) => passed > allowed || failed > allowed)).toEqual([]);
});

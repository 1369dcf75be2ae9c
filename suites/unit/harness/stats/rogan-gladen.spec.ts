import { expect, test } from '@playwright/test';
import { roganGladen, type CorrectedRate } from '../../../../harness/stats/rogan-gladen.ts';
import { Pcg64 } from '../../../../harness/stats/pcg64.ts';
import { differences, golden } from './golden.ts';

function corrected(...counts: readonly [number, number][]): CorrectedRate {
  const [apparent, sensitivity, specificity] = counts.map(([successes, trials]) => ({ successes, trials }));
  const result = roganGladen(apparent!, sensitivity!, specificity!);
  if ('reason' in result) throw new Error(result.reason);
  return result;
}

test("agrees with the paper's formulas in numpy", () => {
  const rows = golden.roganGladen.flatMap(({ apparent, sensitivity, specificity, ...theirs }) => {
    const ours = corrected(apparent, sensitivity, specificity);
    return (['value', 'low', 'high'] as const).map((key) => ({
      what: `${apparent} ${sensitivity} ${specificity} ${key}`,
      ours: ours[key],
      theirs: theirs[key],
    }));
  });
  expect(rows.length).toBeGreaterThan(30);
  expect(differences(rows, 1e-12)).toEqual([]);
});

test('gives back the apparent rate of a detector that does not err, and widens with what is not known of it', () => {
  const sure = corrected([30, 100], [100_000, 100_000], [100_000, 100_000]);
  const unsure = corrected([30, 100], [20, 20], [20, 20]);
  expect(sure.value).toBeCloseTo(0.3, 14);
  expect(unsure.value).toBeCloseTo(0.3, 14);
  expect(unsure.high - unsure.low).toBeGreaterThan((sure.high - sure.low) * 1.1);
});

test('has no answer for a detector that tells nothing, nor where its rates contradict what it found', () => {
  const half = { successes: 50, trials: 100 };
  expect(roganGladen(half, half, half)).toEqual({ reason: expect.stringContaining('no better than chance') });
  const found = { successes: 3, trials: 1500 };
  expect(roganGladen(found, { successes: 96, trials: 100 }, { successes: 890, trials: 1000 })).toEqual({
    reason: expect.stringContaining('contradicts'),
  });
});

test('refuses counts that are none', () => {
  const good = { successes: 9, trials: 10 };
  expect(() => roganGladen({ successes: 11, trials: 10 }, good, good)).toThrow(/11 of 10/);
  expect(() => roganGladen(good, { successes: 0, trials: 0 }, good)).toThrow(/sensitivity/);
});

test('covers the true rate at least as often as it says', () => {
  const random = new Pcg64(20261122);
  const binomial = (n: number, p: number): number => {
    let successes = 0;
    for (let i = 0; i < n; i++) if (random.random() < p) successes++;
    return successes;
  };
  const runs = 1500;
  const rates = [0.05, 0.3].flatMap((rate) =>
    [30, 100].map((labelled) => {
      let covered = 0;
      for (let run = 0; run < runs; run++) {
        const result = roganGladen(
          { successes: binomial(200, rate * 0.85 + (1 - rate) * 0.1), trials: 200 },
          { successes: binomial(labelled, 0.85), trials: labelled },
          { successes: binomial(labelled, 0.9), trials: labelled },
        );
        if ('reason' in result || (result.low <= rate && rate <= result.high)) covered++;
      }
      return { rate, labelled, coverage: covered / runs };
    }),
  );
  expect(rates.filter(({ coverage }) => coverage < 0.933)).toEqual([]);
});

import { expect, test } from '@playwright/test';
import { bleuCounts, bleuFromCounts } from '../../../../harness/metrics/bleu.ts';
import { chrfCounts, chrfFromCounts } from '../../../../harness/metrics/chrf.ts';
import { approximateRandomisation, pairedBootstrap } from '../../../../harness/stats/corpus-comparison.ts';
import { differences, golden } from './golden.ts';

const metrics = {
  bleu: {
    counts: (hypothesis: string, reference: string): readonly number[] => {
      const { hypothesisLength, referenceLength, matches, totals } = bleuCounts(hypothesis, [reference]);
      return [hypothesisLength, referenceLength, ...matches, ...totals];
    },
    score: (sums: readonly number[]): number =>
      bleuFromCounts({
        hypothesisLength: sums[0]!,
        referenceLength: sums[1]!,
        matches: sums.slice(2, 6),
        totals: sums.slice(6, 10),
      }).score,
  },
  chrf: {
    counts: (hypothesis: string, reference: string): readonly number[] => chrfCounts(hypothesis, [reference]),
    score: (sums: readonly number[]): number => chrfFromCounts(sums),
  },
};

test("gives sacrebleu's p-values from sacrebleu's draws, and its half-widths", () => {
  const rows = golden.corpusComparisons.flatMap(({ references, baseline, model, results }, at) =>
    results.flatMap(({ metric, kind, draws, seed, ...theirs }) => {
      const { counts, score } = metrics[metric];
      const count = (texts: readonly string[]) => texts.map((text, i) => counts(text, references[i]!));
      const sides = [count(model), count(baseline), score, { seed, draws }] as const;
      const ours =
        kind === 'bs'
          ? pairedBootstrap(...sides)!
          : { ...approximateRandomisation(...sides)!, mean: null, halfWidth: null };
      const row = (key: 'value' | 'baseline' | 'p' | 'mean' | 'halfWidth') => ({
        what: `corpus ${at} ${metric} ${kind} ${key}`,
        ours: ours[key],
        theirs: theirs[key],
      });
      return [row('value'), row('baseline'), row('p'), row('mean'), row('halfWidth')];
    }),
  );
  const isDrawn = ({ what }: { what: string }) => /mean|halfWidth/.test(what);
  expect(rows.length).toBe(60);
  expect(
    differences(
      rows.filter((row) => !isDrawn(row)),
      1e-9,
    ),
  ).toEqual([]);
  // sacrebleu adds the counts of draws up in single precision
  expect(differences(rows.filter(isDrawn), 1e-5)).toEqual([]);
});

const ratio = ([part, whole]: readonly number[]): number => part! / whole!;
const segments = (hits: (at: number) => number) => Array.from({ length: 40 }, (_, at) => [hits(at), 10]);

test('finds a system equal to itself, and one that is better in every segment better', () => {
  const one = segments((at) => at % 7);
  const better = segments((at) => (at % 7) + 2);
  const options = { seed: 1, draws: 400 };
  const same = pairedBootstrap(one, one, ratio, options)!;
  expect([same.p, same.low, same.high]).toEqual([1, 0, 0]);
  expect(approximateRandomisation(one, one, ratio, options)!.p).toBe(1);
  const other = pairedBootstrap(better, one, ratio, options)!;
  expect(other.low).toBeGreaterThan(0.15);
  expect(other.p).toBe(1 / 401);
  expect(approximateRandomisation(better, one, ratio, options)!.p).toBe(1 / 401);
});

test('draws and swaps whole clusters', () => {
  const random = segments((at) => (at * 37) % 11);
  const shifted = segments((at) => ((at * 37) % 11) + (at < 20 ? 3 : -2));
  const clusters = random.map((_, at) => String(Math.floor(at / 10)));
  const options = { seed: 1, draws: 400 };
  const grouped = pairedBootstrap(shifted, random, ratio, { ...options, clusters })!;
  const alone = pairedBootstrap(shifted, random, ratio, options)!;
  expect(grouped.high - grouped.low).toBeGreaterThan(2 * (alone.high - alone.low));
  // Of 16 ways to deal out four clusters two have the observed difference: no p is below 2/16 by more than chance.
  expect(approximateRandomisation(shifted, random, ratio, { ...options, clusters })!.p).toBeGreaterThan(0.05);
  expect(
    pairedBootstrap(shifted, random, ratio, { ...options, clusters: random.map(() => 'one') }),
  ).toBeNull();
  expect(() => pairedBootstrap(shifted, [], ratio, options)).toThrow(/40 and 0/);
});

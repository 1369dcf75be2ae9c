/** Two systems by a corpus score on the same segments (BLEU, chrF, TER: a score of sums, no mean of sentence scores):
 *  paired bootstrap resampling (Koehn 2004) and approximate randomisation (Riezler & Maxwell 2005), with the p-values
 *  and confidence half-widths of sacrebleu 2.6.0 to the last digit, from the same draws with the same seed.
 *  Knows sums, not what they count. */
import { HarnessError } from '../errors.ts';
import { redraw, sumByCluster, sumOf } from './bootstrap.ts';
import { mean } from './interval.ts';
import { Pcg64 } from './pcg64.ts';
import { quantile } from './quantile.ts';

export interface CorpusComparisonOptions {
  /** Cluster of each segment: drawn or swapped as a whole; absent: all independent, as in sacrebleu. */
  readonly clusters?: readonly string[];
  /** sacrebleu's default is 12345. */
  readonly seed: number;
  /** Default, as in sacrebleu: 1,000 of the bootstrap, 10,000 of the randomisation. */
  readonly draws?: number;
}

type Segments = readonly (readonly number[])[];
type Score = (sums: readonly number[]) => number;

export interface PairedBootstrap {
  /** Of the model, of the baseline, and the first minus the second. */
  readonly value: number;
  readonly baseline: number;
  readonly difference: number;
  /** 95% percentile interval of the difference. */
  readonly low: number;
  readonly high: number;
  /** Two-sided, of "no difference", by sacrebleu's centring. */
  readonly p: number;
  /** Mean of the model's score over the draws, and sacrebleu's half-width around it. */
  readonly mean: number;
  readonly halfWidth: number;
}

/** Paired bootstrap; null for fewer than two clusters.
 *  @param model (n, parts) counts of each segment; `baseline` those of the same segments
 *  @throws HarnessError E_INPUT_INVALID unless there are as many of one as of the other */
export function pairedBootstrap(
  model: Segments,
  baseline: Segments,
  score: Score,
  { clusters, seed, draws = 1000 }: CorpusComparisonOptions,
): PairedBootstrap | null {
  const sides = pairUp(model, baseline, clusters);
  if (!sides) return null;
  const random = new Pcg64(seed);
  const picked = new Uint32Array(sides.model.length);
  const values: number[] = [];
  const differences: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    redraw(random, picked);
    const value = score(sumOf(sides.model, picked));
    values.push(value);
    differences.push(value - score(sumOf(sides.baseline, picked)));
  }
  const observed = observe(sides, score);
  const sizes = differences.map(Math.abs);
  const center = mean(sizes);
  const sorted = Float64Array.from(differences).sort();
  return {
    ...observed,
    low: quantile(sorted, 0.025),
    high: quantile(sorted, 0.975),
    p: shareBeyond(
      sizes.map((size) => size - center),
      Math.abs(observed.difference),
    ),
    mean: mean(values),
    halfWidth: halfWidth(values),
  };
}

export interface ApproximateRandomisation {
  readonly value: number;
  readonly baseline: number;
  readonly difference: number;
  /** Two-sided, of "the two systems are exchangeable". */
  readonly p: number;
}

/** Approximate randomisation: segments change sides by the toss of a coin; null for fewer than two clusters.
 *  @throws HarnessError E_INPUT_INVALID unless there are as many of one as of the other */
export function approximateRandomisation(
  model: Segments,
  baseline: Segments,
  score: Score,
  { clusters, seed, draws = 10_000 }: CorpusComparisonOptions,
): ApproximateRandomisation | null {
  const sides = pairUp(model, baseline, clusters);
  if (!sides) return null;
  const size = sides.model.length;
  const parts = sides.model[0]!.length;
  const all = totals(sides.model).map((sum, part) => sum + totals(sides.baseline)[part]!);
  const coins = new Pcg64(seed).coins(draws * size);
  const differences: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const first = Array.from({ length: parts }, () => 0);
    for (let at = 0; at < size; at++) {
      const taken = coins[draw * size + at] === 1 ? sides.baseline[at]! : sides.model[at]!;
      for (let part = 0; part < parts; part++) first[part]! += taken[part]!;
    }
    const second = all.map((sum, part) => sum - first[part]!);
    differences.push(Math.abs(score(first) - score(second)));
  }
  const observed = observe(sides, score);
  return { ...observed, p: shareBeyond(differences, Math.abs(observed.difference)) };
}

interface Sides {
  readonly model: readonly Float64Array[];
  readonly baseline: readonly Float64Array[];
}

function pairUp(model: Segments, baseline: Segments, clusters: readonly string[] | undefined): Sides | null {
  if (model.length !== baseline.length) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `Two systems are compared on the same segments, got ${model.length} and ${baseline.length}.`,
    );
  }
  const sides = { model: sumByCluster(model, clusters), baseline: sumByCluster(baseline, clusters) };
  return sides.model.length < 2 ? null : sides;
}

function totals(groups: readonly Float64Array[]): number[] {
  return sumOf(
    groups,
    Uint32Array.from({ length: groups.length }, (_, i) => i),
  );
}

function observe(sides: Sides, score: Score): { value: number; baseline: number; difference: number } {
  const value = score(totals(sides.model));
  const baseline = score(totals(sides.baseline));
  return { value, baseline, difference: value - baseline };
}

/** (b + 1) / (draws + 1), of draws strictly beyond as in sacrebleu; but 1 where the two scores are equal: sacrebleu's is then
 *  1 / (draws + 1), which calls a system different from itself. */
function shareBeyond(drawn: readonly number[], observed: number): number {
  if (observed === 0) return 1;
  return (drawn.filter((each) => each > observed).length + 1) / (drawn.length + 1);
}

/** Half the distance of the order statistics that leave out a fortieth on either side. */
function halfWidth(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(sorted.length / 40);
  return (sorted[sorted.length - cut - 1]! - sorted[cut]!) / 2;
}

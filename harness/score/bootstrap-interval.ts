/** Interval of a score that is made of sums over segments (BLEU, chrF, TER): segments are drawn with replacement,
 *  whole clusters at a time, and the score made anew of each draw (Efron and Tibshirani 1993, percentile method;
 *  Koehn 2004 for BLEU). Knows sums, not what they count. */
import { MersenneTwister } from '../data/random.ts';
import { quantile } from '../stats/quantile.ts';

const DRAWS = 1000;

export interface BootstrapOptions {
  /** Cluster of each segment, in their order; absent: all independent. */
  readonly clusters?: readonly string[];
  readonly seed: number;
  /** Two-sided, in (0, 1); default 0.95. */
  readonly confidence?: number;
}

function sumByCluster(
  segments: readonly (readonly number[])[],
  clusters: readonly string[] | undefined,
): Float64Array[] {
  const groups = new Map<string, Float64Array>();
  for (const [at, segment] of segments.entries()) {
    const key = clusters?.[at] ?? String(at);
    let sums = groups.get(key);
    if (sums === undefined) groups.set(key, (sums = new Float64Array(segment.length)));
    for (let part = 0; part < segment.length; part++) sums[part]! += segment[part]!;
  }
  return [...groups.values()];
}

/** Percentile interval from 1,000 draws; null for fewer than two clusters, which say nothing of spread.
 *  @param segments (n, parts) counts of each segment
 *  @param score makes the score of summed parts */
export function bootstrapInterval(
  segments: readonly (readonly number[])[],
  score: (sums: readonly number[]) => number,
  { clusters, seed, confidence = 0.95 }: BootstrapOptions,
): { readonly low: number; readonly high: number } | null {
  const groups = sumByCluster(segments, clusters);
  if (groups.length < 2) return null;
  const random = new MersenneTwister(seed);
  const parts = groups[0]!.length;
  const scores = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw++) {
    const sums = Array.from({ length: parts }, () => 0);
    for (let each = 0; each < groups.length; each++) {
      const group = groups[random.below(groups.length)]!;
      for (let part = 0; part < parts; part++) sums[part]! += group[part]!;
    }
    scores[draw] = score(sums);
  }
  scores.sort();
  return { low: quantile(scores, (1 - confidence) / 2), high: quantile(scores, (1 + confidence) / 2) };
}

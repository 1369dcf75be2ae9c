/** Bootstrap of any statistic, whole clusters at a time: percentile, basic and BCa intervals (Efron and Tibshirani 1993, §13–14),
 *  as scipy.stats.bootstrap has them and, without clusters, from the very draws of numpy's generator with the same seed.
 *  Two forms of statistic: of the sample itself, or of sums over it (BLEU, chrF, TER; a ratio; a mean). */
import { HarnessError } from '../errors.ts';
import { normalCdf, normalQuantile } from './distributions.ts';
import { CONFIDENCE, groupByCluster, mean, requireConfidence, sum } from './interval.ts';
import { Pcg64 } from './pcg64.ts';
import { quantile } from './quantile.ts';

const DRAWS = 1000;

export interface BootstrapOptions {
  /** Cluster of each observation, in their order; absent: all independent. */
  readonly clusters?: readonly string[];
  readonly seed: number;
  /** Default 1,000; BCa wants more (its ends are further out). */
  readonly draws?: number;
  /** Two-sided, in (0, 1); default 0.95. */
  readonly confidence?: number;
  /** Default percentile. Basic mirrors it about the value (2 · value − quantile): for a statistic that the draws shift to
   *  one side. BCa is second-order correct and better with skewed scores, but not below about 30 clusters. */
  readonly method?: 'percentile' | 'basic' | 'bca';
}

export interface BootstrapInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Standard deviation of the statistic over the draws. */
  readonly standardError: number;
  readonly clusters: number;
  /** Of BCa: median bias z₀ and acceleration a; null with the others. */
  readonly bias: number | null;
  readonly acceleration: number | null;
}

/** Interval of a statistic of the sample; null for fewer than two clusters, which say nothing of spread. A statistic that
 *  is the same in every draw gets an interval of no width: the bootstrap knows only what it saw.
 *  @throws HarnessError E_INPUT_INVALID for values, draws or a confidence that are none */
export function bootstrap(
  values: readonly number[],
  statistic: (sample: readonly number[]) => number,
  options: BootstrapOptions,
): BootstrapInterval | null {
  const groups = groupByCluster(values, options.clusters);
  const evaluate = (picked: Uint32Array): number => {
    const sample: number[] = [];
    for (const at of picked) for (const value of groups[at]!) sample.push(value);
    return statistic(sample);
  };
  return resampleInterval(groups.length, evaluate, options);
}

/** Interval of a score that is made of sums over segments (Koehn 2004 for BLEU); null for fewer than two clusters.
 *  @param segments (n, parts) counts of each segment
 *  @param score makes the score of summed parts */
export function bootstrapOfSums(
  segments: readonly (readonly number[])[],
  score: (sums: readonly number[]) => number,
  options: BootstrapOptions,
): BootstrapInterval | null {
  const groups = sumByCluster(segments, options.clusters);
  return resampleInterval(groups.length, (picked) => score(sumOf(groups, picked)), options);
}

/** Sums of each cluster's segments, in order of first appearance. */
export function sumByCluster(
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

export function sumOf(groups: readonly Float64Array[], picked: Uint32Array): number[] {
  const sums = Array.from({ length: groups[0]!.length }, () => 0);
  for (const at of picked) {
    const group = groups[at]!;
    for (let part = 0; part < sums.length; part++) sums[part]! += group[part]!;
  }
  return sums;
}

/** `size` draws with replacement from [0, size), into `picked`. */
export function redraw(random: Pcg64, picked: Uint32Array): Uint32Array {
  for (let i = 0; i < picked.length; i++) picked[i] = random.below(picked.length);
  return picked;
}

function resampleInterval(
  size: number,
  evaluate: (picked: Uint32Array) => number,
  { seed, draws = DRAWS, confidence = CONFIDENCE, method = 'percentile' }: BootstrapOptions,
): BootstrapInterval | null {
  requireConfidence(confidence);
  if (!(Number.isInteger(draws) && draws >= 2)) {
    throw new HarnessError('E_INPUT_INVALID', `A bootstrap needs 2 draws or more, got ${draws}.`);
  }
  if (size < 2) return null;
  const everyone = Uint32Array.from({ length: size }, (_, i) => i);
  const value = evaluate(everyone);
  const random = new Pcg64(seed);
  const picked = new Uint32Array(size);
  const scores = Float64Array.from({ length: draws }, () => evaluate(redraw(random, picked)));
  scores.sort();
  const drawn = [...scores];
  const center = mean(drawn);
  const standardError = Math.sqrt(sum(drawn.map((score) => (score - center) ** 2)) / (draws - 1));
  const tail = (1 - confidence) / 2;
  const found = { value, standardError, clusters: size };
  if (method !== 'bca') {
    const [low, high] = [quantile(scores, tail), quantile(scores, 1 - tail)];
    const ends = method === 'percentile' ? { low, high } : { low: 2 * value - high, high: 2 * value - low };
    return { ...found, ...ends, bias: null, acceleration: null };
  }
  const bias = normalQuantile(shareBelow(drawn, value));
  const acceleration = accelerationOf(everyone, evaluate);
  const level = (z: number): number => normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z)));
  return {
    ...found,
    low: quantile(scores, level(normalQuantile(tail))),
    high: quantile(scores, level(-normalQuantile(tail))),
    bias,
    acceleration,
  };
}

/** Share of draws below the value, those equal to it (but for rounding) counted half; kept off 0 and 1, where its quantile
 *  has no value. */
function shareBelow(scores: readonly number[], value: number): number {
  const slack = 1e-12 * Math.abs(value);
  const below = scores.filter((score) => score < value - slack).length;
  const equal = scores.filter((score) => Math.abs(score - value) <= slack).length;
  const share = (below + equal / 2) / scores.length;
  return Math.min(1 - 0.5 / scores.length, Math.max(0.5 / scores.length, share));
}

/** Skewness of the jackknife over 6; 0 where nothing varies. */
function accelerationOf(everyone: Uint32Array, evaluate: (picked: Uint32Array) => number): number {
  const without = Array.from(everyone, (left) => evaluate(everyone.filter((_, i) => i !== left)));
  const center = mean(without);
  const cubes = sum(without.map((each) => (center - each) ** 3));
  const squares = sum(without.map((each) => (center - each) ** 2));
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

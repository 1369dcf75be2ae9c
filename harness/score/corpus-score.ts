/** The score of a corpus with its interval: made of sums over its lines and resampled, or the mean of their scores. */
import { MersenneTwister } from '../data/random.ts';
import type { ScoreDefinition, ScoreOptions } from '../metrics/score-definition.ts';
import { bootstrapOfSums } from '../stats/bootstrap.ts';
import { mean } from '../stats/interval.ts';
import { meanInterval } from '../stats/mean.ts';
import { proportionInterval } from '../stats/proportion.ts';
import { quantile } from '../stats/quantile.ts';
import type { ModelScore } from './score-catalog.ts';
import type { ScoreLine } from './score-lines.ts';

export interface CorpusScore {
  readonly value: number | null;
  /** 95% interval; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Texts that have the score. */
  readonly n: number;
}

/** Why a value is null. */
export interface ScoreReason {
  readonly metric: string;
  readonly of: 'row' | 'corpus' | 'interval';
  /** Rows it holds for, from 0. */
  readonly rows?: readonly number[];
  readonly reason: string;
}

export type AnyScore = ScoreDefinition | ModelScore;

interface Bounds {
  readonly low: number;
  readonly high: number;
}

export function clustersOf(lines: readonly ScoreLine[]): { readonly clusters?: readonly string[] } {
  if (lines.every((line) => line.cluster === undefined)) return {};
  // A line without a cluster is one by itself; the names cannot meet, JSON's strings being quoted.
  return {
    clusters: lines.map((line, at) =>
      line.cluster === undefined ? String(at) : JSON.stringify(line.cluster),
    ),
  };
}

/** Of a mean: that of a proportion for 0/1 scores, else Student's, which is cut at the ends of the scale. */
function intervalOfMean(
  { range: [least, most], proportion }: AnyScore,
  values: readonly number[],
  clusters: { readonly clusters?: readonly string[] },
): Bounds | null {
  if (proportion) return proportionInterval(values, clusters);
  const range = least === null || most === null ? null : ([least, most] as const);
  return clipped(meanInterval(values, { ...clusters, range }), least, most);
}

/** The interval within the scale: one of few texts may reach beyond it, no value does. */
function clipped(interval: Bounds | null, least: number | null, most: number | null): Bounds | null {
  const clip = (bound: number) => Math.min(most ?? Infinity, Math.max(least ?? -Infinity, bound));
  return interval && { low: clip(interval.low), high: clip(interval.high) };
}

function additive(
  { corpus, range }: ScoreDefinition,
  lines: readonly ScoreLine[],
  options: ScoreOptions,
  seed: number,
): { readonly value: number; readonly interval: Bounds | null } {
  const segments = corpus!.counts(lines, options);
  const sums = segments[0]!.map((_, part) => segments.reduce((sum, each) => sum + each[part]!, 0));
  const score = (of: readonly number[]) => corpus!.value(of, options);
  const value = score(sums);
  const clusters = clustersOf(lines);
  const interval = corpus!.byChance
    ? biasedInterval(value, segments, score, clusters, seed, (uniforms) =>
        corpus!.byChance!(lines, options, uniforms),
      )
    : bootstrapOfSums(segments, score, { ...clusters, seed });
  // Where every draw gives one score, the draws tell nothing of how far off it is.
  if (interval !== null && interval.low === interval.high) return { value, interval: null };
  return { value, interval: clipped(interval, ...range) };
}

const CHANCE_DRAWS = 400;

/** Interval of a score that chance alone makes larger than the truth, and resampling larger once more, so that
 *  percentiles cover nothing. Mirrored about the value (Davison and Hinkley 1997, section 5.2) at 99%, from 0 where the
 *  value is no larger than 97.5% of what chance makes of a perfect model (Vaicenavicius et al. 2019, consistency
 *  resampling), and to the value at least. Simulated for calibration: ECE-INTERVAL.md. */
function biasedInterval(
  value: number,
  segments: readonly (readonly number[])[],
  score: (sums: readonly number[]) => number,
  clusters: { readonly clusters?: readonly string[] },
  seed: number,
  byChance: (uniforms: readonly number[]) => number,
): Bounds | null {
  const mirrored = bootstrapOfSums(segments, score, {
    ...clusters,
    seed,
    confidence: 0.99,
    method: 'basic',
  });
  if (mirrored === null) return null;
  const names = clusters.clusters ?? segments.map((_, at) => String(at));
  const random = new MersenneTwister(seed);
  const chance = Float64Array.from({ length: CHANCE_DRAWS }, () => {
    const drawn = new Map<string, number>();
    for (const name of names) if (!drawn.has(name)) drawn.set(name, random.random());
    return byChance(names.map((name) => drawn.get(name)!));
  }).sort();
  const low = value <= quantile(chance, 0.975) ? 0 : mirrored.low;
  return { low: Math.min(low, value), high: Math.max(mirrored.high, value) };
}

function whyNoInterval(definition: AnyScore, lines: readonly ScoreLine[]): string {
  const { clusters } = clustersOf(lines);
  const independent = clusters === undefined ? lines.length : new Set(clusters).size;
  if (independent < 2) return 'an interval needs two independent lines';
  return 'corpus' in definition
    ? 'whichever lines are drawn, the score is the same'
    : 'all lines have the same score, on a scale without bounds';
}

export function noCorpus(
  metric: string,
  n: number,
  reason: string,
): { readonly corpus: CorpusScore; readonly reasons: readonly ScoreReason[] } {
  return { corpus: { value: null, low: null, high: null, n }, reasons: [{ metric, of: 'corpus', reason }] };
}

/** The score of the corpus of lines that have one. */
export function corpusOf(
  definition: AnyScore,
  lines: readonly ScoreLine[],
  values: readonly number[],
  options: ScoreOptions,
  seed: number,
): ReturnType<typeof noCorpus> {
  const { name: metric } = definition;
  if (lines.length === 0) return noCorpus(metric, 0, 'no line has the score');
  const { value, interval } =
    'corpus' in definition
      ? additive(definition, lines, options, seed)
      : { value: mean(values), interval: intervalOfMean(definition, values, clustersOf(lines)) };
  if (!Number.isFinite(value)) return noCorpus(metric, lines.length, 'the value is too large for a number');
  return {
    corpus: { value, low: interval?.low ?? null, high: interval?.high ?? null, n: lines.length },
    reasons: interval === null ? [{ metric, of: 'interval', reason: whyNoInterval(definition, lines) }] : [],
  };
}

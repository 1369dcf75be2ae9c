/** Mean of scores with its interval; how clusters count: cluster.ts. */
import { clusteredStandardError } from './cluster.ts';
import { tQuantile } from './distributions.ts';
import {
  CONFIDENCE,
  groupByCluster,
  mean,
  requireConfidence,
  unitRange,
  type Interval,
  type IntervalOptions,
} from './interval.ts';
import { wilsonInterval } from './proportion.ts';
import { leastDistance } from './drop-implies.ts';
import { cautiousSkewness, unsymmetrise } from './skewness.ts';
import { meanTailStretch } from './tail.ts';

export interface MeanInterval extends Interval {
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** By what factor the interval is wider because nothing is known of the tail (tail.ts); 1 where it is not. */
  readonly tailStretch: number;
}

export interface MeanOptions extends IntervalOptions {
  /** Bounds of the scale; they matter where all values are equal, and with few clusters (tail.ts). Null: none.
   *  Default [0, 1] where that holds all values. */
  readonly range?: readonly [number, number] | null;
  /** Also cover what skewness.ts and tail.ts say, so that each bound errs as seldom as stated; default false: plain t. */
  readonly skewCorrection?: boolean;
}

/** Mean and its Student t interval over clusters.
 *
 *  Null where there is none: fewer than two clusters (one observation says nothing of spread), or all values equal
 *  on a scale of unknown bounds. All values equal on a known scale: a share of at most u of others has gone unseen,
 *  u the Wilson bound of 0 in `clusters`, and the interval is the one they could move the mean to; a sample of
 *  nothing but ones gets Wilson's interval and never one of no width. With the correction, scores that are nearly equal
 *  have hardly a better bound (drop-implies.ts).
 *  @throws HarnessError E_INPUT_INVALID for values that are not finite */
export function meanInterval(values: readonly number[], options: MeanOptions = {}): MeanInterval | null {
  const confidence = options.confidence ?? CONFIDENCE;
  requireConfidence(confidence);
  const groups = groupByCluster(values, options.clusters);
  if (groups.length < 2) return null;
  const { standardError, degreesOfFreedom } = clusteredStandardError(groups);
  const value = mean(values);
  const counts = { value, n: values.length, clusters: groups.length, standardError, degreesOfFreedom };
  const range = options.range === undefined ? unitRange(values) : options.range;
  if (values.every((each) => each === values[0])) {
    if (!range) return null;
    const unseen = wilsonInterval(0, groups.length, { confidence }).high;
    return {
      ...counts,
      tailStretch: 1,
      low: value - (value - range[0]) * unseen,
      high: value + (range[1] - value) * unseen,
    };
  }
  const t = tQuantile(1 - (1 - confidence) / 2, degreesOfFreedom);
  if (!options.skewCorrection) {
    return { ...counts, tailStretch: 1, low: value - t * standardError, high: value + t * standardError };
  }
  const { below, above } = cautiousSkewness(groups, degreesOfFreedom + 1, range ? 'mild' : 'strong');
  const tailStretch = range ? 1 : meanTailStretch(t, degreesOfFreedom);
  // Never narrower than plain t's: symmetric scores with long tails look skewed to one side or the other.
  const under = Math.max(t * tailStretch, unsymmetrise(t, below));
  const over = Math.max(t * tailStretch, -unsymmetrise(-t, above));
  const least = (reach: number): number => (range ? leastDistance(groups, Math.max(0, reach), t) : 0);
  return {
    ...counts,
    tailStretch,
    low: value - Math.max(under * standardError, least(value - (range?.[0] ?? 0))),
    high: value + Math.max(over * standardError, least((range?.[1] ?? 0) - value)),
  };
}

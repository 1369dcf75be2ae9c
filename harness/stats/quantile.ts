/** Quantile of a sample with its distribution-free interval. */
import { effectiveSampleSize } from './proportion.ts';
import { binomialCdf } from './distributions.ts';
import { CONFIDENCE, groupByCluster, requireConfidence, type IntervalOptions } from './interval.ts';

export interface QuantileInterval {
  readonly value: number;
  /** Null where the sample is too small to bound the quantile from that side. */
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly clusters: number;
}

/** The quantile (linear between order statistics, numpy's default) with an interval between two order statistics
 *  (Thompson 1936): it covers at least `confidence`, whatever the distribution. Over clusters, the ranks are those
 *  of the effective sample size of "at most the quantile" (after Woodruff 1952). Null of nothing.
 *  @throws HarnessError E_INPUT_INVALID for values that are not finite */
export function quantileInterval(
  values: readonly number[],
  q: number,
  options: IntervalOptions = {},
): QuantileInterval | null {
  const confidence = options.confidence ?? CONFIDENCE;
  requireConfidence(confidence);
  const groups = groupByCluster(values, options.clusters);
  if (groups.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const value = quantile(sorted, q);
  const below = groups.map((group) => group.map((each) => (each <= value ? 1 : 0)));
  const effectiveN = Math.max(1, Math.floor(effectiveSampleSize(below, confidence)));
  const ranks = orderStatisticRanks(effectiveN, q, confidence);
  const scale = n / effectiveN;
  const fromBottom = Math.floor(ranks.low * scale);
  const fromTop = Math.floor((effectiveN + 1 - ranks.high) * scale);
  return {
    value,
    low: fromBottom >= 1 ? sorted[fromBottom - 1]! : null,
    high: fromTop >= 1 ? sorted[n - fromTop]! : null,
    n,
    clusters: groups.length,
  };
}

/** Quantile of values sorted in ascending order, by linear interpolation (Hyndman & Fan's type 7). */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1);
  const index = Math.floor(position);
  const low = sorted[index]!;
  const high = sorted[index + 1] ?? low;
  return low + (position - index) * (high - low);
}

/** Ranks from 1 to n; low = 0 and high = n + 1 where there is no such order statistic. */
function orderStatisticRanks(n: number, q: number, confidence: number): { low: number; high: number } {
  const alpha = (1 - confidence) / 2;
  let low = 0;
  while (low < n && binomialCdf(low, n, q) <= alpha) low++;
  let high = n + 1;
  while (high > 1 && 1 - binomialCdf(high - 2, n, q) <= alpha) high--;
  return { low, high };
}

/** Independent observations needed before the quantile has a bound on that side. */
export function observationsForBound(
  q: number,
  side: 'low' | 'high',
  confidence: number = CONFIDENCE,
): number {
  const miss = side === 'high' ? q : 1 - q;
  return Math.ceil(Math.log((1 - confidence) / 2) / Math.log(miss) - 1e-9);
}

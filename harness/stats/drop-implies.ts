/** What a mean difference implies on a scale with bounds, whatever the sample shows: how much the differences must vary, and
 *  how skewed they are. With most pairs equal the observed spread rests on a few of them.
 *
 *  A cluster's summed difference S has E S² = M · E |S| >= M · |E S|, with M = Σ S² / Σ |S|, so that the variance of the mean
 *  of n pairs in clusters of sizes m is at least |mean| · M / n − mean² · Σ m² / n². For 0/1 scores this is close to the score
 *  test of paired proportions (Tango 1998). */
import { mean, residualOf, sum } from './interval.ts';

/** Full-scale differences of samples that an interval reckons with unseen: so few that 95% intervals cover 95%, enough that
 *  those of scores that are nearly equal have a width. What may really have gone unseen is tested apart: unseen.ts. */
const UNSEEN = 0.25;

export interface Implied {
  /** Standard error of the mean if it is `difference`, at least. */
  readonly standardError: (difference: number) => number;
  /** Skewness of the clusters' sums if their mean is `difference` and the mean's standard error is this; Infinity where
   *  nothing is known of it. */
  readonly skewness: (difference: number, standardError: number) => number;
}

/** @param groups differences by cluster
 *  @param scale width of the scale of the scores; null where unknown: nothing is implied
 *  @param times of a sample that is so many times as large */
export function impliedBy(
  groups: readonly (readonly number[])[],
  scale: number | null,
  times: number = 1,
): Implied {
  if (scale === null) return { standardError: () => 0, skewness: () => Infinity };
  const n = times * sum(groups.map((group) => group.length));
  const squares = times * sum(groups.map((group) => group.length ** 2));
  const { typical, total } = sizesOf(groups.map((group) => sum(group)));
  const reckoned = floorSize(typical, times * total, scale, squares / n);
  const clusters = times * groups.length;
  return {
    standardError: (difference) => {
      const drop = Math.abs(difference);
      return Math.sqrt(Math.max(0, (drop * reckoned) / n - (drop * drop * squares) / n ** 2));
    },
    skewness: (difference, standardError) =>
      skewnessAt((difference * n) / clusters, typical, (standardError * n) / Math.sqrt(clusters)),
  };
}

/** Least distance from the mean of scores to what its interval leaves out, where the mean may lie as far as `reach` on that
 *  side: the variance that a mean at that distance implies, for differences from the mean that was seen. Of equal scores
 *  it is Wilson's. */
export function leastDistance(
  groups: readonly (readonly number[])[],
  reach: number,
  critical: number,
): number {
  const n = sum(groups.map((group) => group.length));
  const share = sum(groups.map((group) => group.length ** 2)) / n ** 2;
  const center = mean(groups.flat());
  const { typical, total } = sizesOf(groups.map((group) => residualOf(group, center)));
  return distanceImplied(critical, share, floorSize(typical, total, reach, share * n) / (share * n));
}

/** The distance d of a mean at which d² = critical² · share · (d · size − d²).
 *  @param share Σ m² / n² of the clusters' sizes m
 *  @param size of a difference, in means of clusters */
export function distanceImplied(critical: number, share: number, size: number): number {
  return (critical ** 2 * share * size) / (1 + critical ** 2 * share);
}

/** Σ S² / Σ |S| and Σ |S|. */
function sizesOf(sums: readonly number[]): { typical: number; total: number } {
  const total = sum(sums.map(Math.abs));
  return { typical: total === 0 ? 0 : sum(sums.map((each) => each ** 2)) / total, total };
}

/** Size of a cluster's difference that the floor reckons with: Σ S² / Σ |S| of those seen, which come to `total`, and of those
 *  of full scale that may have gone unseen. Many small ones say nothing of a rare large one.
 *  @param clusterSize samples of a sample's cluster, in the mean */
export function floorSize(typical: number, total: number, scale: number, clusterSize: number): number {
  return (typical * total + UNSEEN * scale ** 2 * clusterSize) / (total + UNSEEN * scale);
}

/** Skewness of differences of this mean, size and standard deviation, the third moment being mean · size²: exact for 0/1
 *  scores of independent pairs (E D³ = E D). */
export function skewnessAt(difference: number, size: number, deviation: number): number {
  return deviation > 0
    ? (difference * (size ** 2 - 3 * deviation ** 2 - difference ** 2)) / deviation ** 3
    : 0;
}

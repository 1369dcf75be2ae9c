/** What a mean difference implies on a scale with bounds, whatever the sample shows: how much the differences must vary, and
 *  how skewed they are. With most pairs equal the observed spread rests on a few of them.
 *
 *  A cluster's summed difference S has E S² = M · E |S| >= M · |E S|, with M = Σ S² / Σ |S|, so that the variance of the mean
 *  of n pairs in clusters of sizes m is at least |mean| · M / n − mean² · Σ m² / n². For 0/1 scores this is close to the score
 *  test of paired proportions (Tango 1998). */
import { sum } from './interval.ts';

/** Weight, in clusters, of the unseen full-scale difference: none seen in many is still up to three (rule of three). */
const UNSEEN = 3;

export interface Implied {
  /** Standard error of the mean if it is `difference`, at least. */
  readonly standardError: (difference: number) => number;
  /** Skewness of the clusters' sums if their mean is `difference` and the mean's standard error is this; Infinity where
   *  nothing is known of it. */
  readonly skewness: (difference: number, standardError: number) => number;
}

/** @param groups differences by cluster
 *  @param scale width of the scale of the scores; null where unknown: nothing is implied */
export function impliedBy(groups: readonly (readonly number[])[], scale: number | null): Implied {
  if (scale === null) return { standardError: () => 0, skewness: () => Infinity };
  const n = sum(groups.map((group) => group.length));
  const squares = sum(groups.map((group) => group.length ** 2));
  const sums = groups.map((group) => Math.abs(sum(group))).filter((each) => each > 0);
  const typical = sums.length === 0 ? 0 : sum(sums.map((each) => each ** 2)) / sum(sums);
  const reckoned = floorSize(typical, sums.length, (scale * squares) / n);
  const clusters = groups.length;
  return {
    standardError: (difference) => {
      const drop = Math.abs(difference);
      return Math.sqrt(Math.max(0, (drop * reckoned) / n - (drop * drop * squares) / n ** 2));
    },
    skewness: (difference, standardError) =>
      skewnessAt((difference * n) / clusters, typical, (standardError * n) / Math.sqrt(clusters)),
  };
}

/** Size of a difference that the floor reckons with: the `typical` one, drawn towards the scale where few clusters differ. */
export function floorSize(typical: number, differing: number, scale: number): number {
  return (typical * differing + scale * UNSEEN) / (differing + UNSEEN);
}

/** Skewness of differences of this mean, size and standard deviation, the third moment being mean · size²: exact for 0/1
 *  scores of independent pairs (E D³ = E D). */
export function skewnessAt(mean: number, size: number, deviation: number): number {
  return deviation > 0 ? (mean * (size ** 2 - 3 * deviation ** 2 - mean ** 2)) / deviation ** 3 : 0;
}

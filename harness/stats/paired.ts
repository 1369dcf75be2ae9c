/** Comparison of a model with its baseline on the same samples: is it worse by more than a margin? */
import { clusteredStandardError } from './cluster.ts';
import { tCdf, tQuantile, tUpperTail } from './distributions.ts';
import {
  CONFIDENCE,
  groupByCluster,
  mean,
  requireConfidence,
  sum,
  type Interval,
  type IntervalOptions,
} from './interval.ts';
import { HarnessError } from '../errors.ts';
import { cautiousSkewness, symmetrise, unsymmetrise } from './skewness.ts';

export interface PairedDifference extends Interval {
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** Pairs in which the value is below, above, equal to the baseline's. */
  readonly lower: number;
  readonly higher: number;
  readonly equal: number;
  /** One-sided p of "the mean difference is −margin or less": small says not worse than the margin. */
  readonly pNotWorse: number;
  /** One-sided p of "the mean difference is −margin or more": small says worse than the margin. */
  readonly pWorse: number;
}

export interface PairedOptions extends IntervalOptions {
  /** Largest drop that is still acceptable, >= 0; default 0. */
  readonly margin?: number;
  /** Width of the scale; default 1 where all values lie in [0, 1], else unknown. */
  readonly scale?: number;
  /** Also hold what skewness.ts says, so that each test errs as seldom as stated; default false: plain t. */
  readonly skewCorrection?: boolean;
}

/** Mean of value − baseline over pairs, its clustered t interval, and both one-sided tests at the margin; higher is
 *  better. Null for fewer than two clusters.
 *
 *  Where the scale is known the variance has a floor, that which a mean of −margin implies: with most pairs equal,
 *  the observed spread rests on a few of them and the plain t test passes a model at the margin far too often (with
 *  0/1 scores, 200 pairs, a margin of 0.02: 9% at a nominal 2.5%). A cluster's mean difference D, of size M where
 *  it is not zero, has E D² >= margin · M, so its variance is at least margin · M − margin². M is Σ D² / Σ |D|,
 *  drawn towards the full scale where few differences were seen. For 0/1 scores this is close to the score test of
 *  paired proportions (Tango 1998): all pairs equal is then evidence only in as far as there are many.
 *  Known bounds also tell how skewed the differences are at −margin, see `skewnessAtMargin`.
 *  On an unknown scale, pairs that all agree to the last digit pass.
 *  @throws HarnessError E_INPUT_INVALID for samples of different length or values that are not finite */
export function pairedDifference(
  values: readonly number[],
  baselineValues: readonly number[],
  options: PairedOptions = {},
): PairedDifference | null {
  const confidence = options.confidence ?? CONFIDENCE;
  requireConfidence(confidence);
  const margin = options.margin ?? 0;
  if (!(margin >= 0)) throw new HarnessError('E_INPUT_INVALID', `A margin must be >= 0, got ${margin}.`);
  if (values.length !== baselineValues.length) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `Pairs need as many values as baseline values, got ${values.length} and ${baselineValues.length}.`,
    );
  }
  const differences = values.map((value, i) => value - baselineValues[i]!);
  const groups = groupByCluster(differences, options.clusters);
  if (groups.length < 2) return null;

  const inUnit = (value: number): boolean => value >= 0 && value <= 1;
  const scale = options.scale ?? (values.every(inUnit) && baselineValues.every(inUnit) ? 1 : null);
  const clustered = clusteredStandardError(groups);
  const floor = scale === null ? 0 : standardErrorFloor(groups, margin, scale);
  const standardError = Math.max(clustered.standardError, floor);
  const { degreesOfFreedom } = clustered;

  const value = mean(differences);
  const critical = tQuantile(1 - (1 - confidence) / 2, degreesOfFreedom);
  const excess = value + margin;
  const t = excess === 0 ? 0 : excess / standardError;
  // Where the floor holds, the spread is that of the hypothesis and not of the sample, and so is its skewness.
  const corrected = options.skewCorrection === true && Number.isFinite(t) && clustered.standardError >= floor;
  const skewness = cautiousSkewness(groups);
  // With few losses seen a sample looks less skewed than it may be: against a claim of not worse counts what is more.
  const atMargin = scale === null ? 0 : impliedSkewness(groups, margin, standardError);
  const against = { ...skewness, skewness: Math.min(skewness.skewness, atMargin) };
  const symmetric = corrected ? symmetrise(t, skewness) : t;
  const cautious = corrected ? symmetrise(t, against) : t;
  const above = corrected ? Math.max(critical, unsymmetrise(critical, against)) : critical;
  const below = corrected ? Math.min(-critical, unsymmetrise(-critical, skewness)) : -critical;
  return {
    value,
    low: value - above * standardError,
    high: value - below * standardError,
    n: differences.length,
    clusters: groups.length,
    standardError,
    degreesOfFreedom,
    lower: differences.filter((difference) => difference < 0).length,
    higher: differences.filter((difference) => difference > 0).length,
    equal: differences.filter((difference) => difference === 0).length,
    pNotWorse: tUpperTail(Math.min(t, cautious), degreesOfFreedom),
    pWorse: tCdf(Math.max(t, symmetric), degreesOfFreedom),
  };
}

/** Weight, in clusters, of the unseen full-scale difference: none seen in many is still up to three (rule of three). */
const UNSEEN = 3;

function standardErrorFloor(groups: readonly (readonly number[])[], margin: number, scale: number): number {
  const n = sum(groups.map((group) => group.length));
  // A loss in a large cluster moves the mean of all pairs more than one in a small cluster.
  const imbalance = (groups.length * sum(groups.map((group) => group.length ** 2))) / n ** 2;
  const { typical, differing } = differenceSize(groups);
  const size = floorSize(typical, differing, scale) * imbalance;
  return Math.sqrt(Math.max(0, margin * size - margin * margin) / groups.length);
}

/** Size of a difference that the floor reckons with: the `typical` one, drawn towards the scale where few clusters differ. */
export function floorSize(typical: number, differing: number, scale: number): number {
  return (typical * differing + scale * UNSEEN) / (differing + UNSEEN);
}

/** Skewness of the clusters' differences if their mean is −margin and their size what it is: −margin · size² over the cube
 *  of their standard deviation, exact for 0/1 scores of independent pairs (E D³ = E D). */
export function skewnessAtMargin(margin: number, size: number, deviation: number): number {
  return deviation > 0 ? (-margin * size ** 2) / deviation ** 3 : 0;
}

function impliedSkewness(
  groups: readonly (readonly number[])[],
  margin: number,
  standardError: number,
): number {
  const { typical } = differenceSize(groups);
  return skewnessAtMargin(margin, typical, standardError * Math.sqrt(groups.length));
}

/** Σ D² / Σ |D| of the clusters' mean differences, 0 where there is none, and how many clusters differ. */
function differenceSize(groups: readonly (readonly number[])[]): { typical: number; differing: number } {
  const sizes = groups.map((group) => Math.abs(mean(group))).filter((size) => size > 0);
  return {
    typical: sizes.length === 0 ? 0 : sum(sizes.map((size) => size * size)) / sum(sizes),
    differing: sizes.length,
  };
}

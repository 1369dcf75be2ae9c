/** Comparison of a model with its baseline on the same samples: is it worse by more than a margin? */
import { addedError, clusteredStandardError } from './cluster.ts';
import { tQuantile, tUpperTail } from './distributions.ts';
import { impliedBy } from './drop-implies.ts';
import {
  CONFIDENCE,
  groupByCluster,
  mean,
  requireConfidence,
  unitRange,
  type Interval,
  type IntervalOptions,
} from './interval.ts';
import { HarnessError } from '../errors.ts';
import { cautiousSkewness, symmetrise, unsymmetrise } from './skewness.ts';
import { tailStretch, stretchedUpperTail } from './tail.ts';
import { pWithUnseen } from './unseen.ts';

export interface PairedDifference extends Interval {
  /** That the test at the margin reckons with. */
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** By what factor the interval is wider because nothing is known of the tail (tail.ts); 1 where it is not. */
  readonly tailStretch: number;
  /** Pairs in which the value is below, above, equal to the baseline's. */
  readonly lower: number;
  readonly higher: number;
  readonly equal: number;
  /** One-sided p of "the mean difference is −margin or less": small says not worse than the margin. With the correction and on a
   *  known scale, the larger of what was seen and what a rare loss that was not adds (unseen.ts): then not small in some samples
   *  whose interval lies within the margin. */
  readonly pNotWorse: number;
  /** One-sided p of "the mean difference is −margin or more": small says worse than the margin. Gains that were not seen count. */
  readonly pWorse: number;
}

export interface PairedOptions extends IntervalOptions {
  /** Largest drop that is still acceptable, >= 0; default 0. */
  readonly margin?: number;
  /** Width of the scale; null: unknown. Default 1 where all values lie in [0, 1], else unknown. */
  readonly scale?: number | null;
  /** Also hold what skewness.ts, tail.ts and unseen.ts say, so that each test errs as seldom as stated; default false: plain t. */
  readonly skewCorrection?: boolean;
}

/** Mean of value − baseline over pairs, both one-sided tests at the margin, clustered, and the interval of all
 *  differences that t tests do not reject; higher is better. Null for fewer than two clusters.
 *
 *  Where the scale is known the variance has a floor, that which the tested difference implies (drop-implies.ts): with most
 *  pairs equal, the observed spread rests on a few of them and the plain t test passes a model at the margin far too often
 *  (with 0/1 scores, 200 pairs, a margin of 0.02: 9% at a nominal 2.5%). All pairs equal is then evidence only in as far as
 *  there are many. Known bounds also tell how skewed the differences are.
 *  On an unknown scale, pairs that all agree to the last digit pass.
 *  @throws HarnessError E_INPUT_INVALID for samples of different length or values that are not finite */
export function pairedDifference(
  values: readonly number[],
  baselineValues: readonly number[],
  options: PairedOptions = {},
): PairedDifference | null {
  requireConfidence(options.confidence ?? CONFIDENCE);
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

  const tests = testsOf(groups, settingsOf(values, baselineValues, options));
  const { value, degreesOfFreedom } = tests;
  return {
    value,
    low: tests.bound(1, -margin),
    high: tests.bound(-1, -margin),
    n: differences.length,
    clusters: groups.length,
    standardError: tests.standardErrorAt(-margin),
    degreesOfFreedom,
    tailStretch: tests.stretch,
    lower: differences.filter((difference) => difference < 0).length,
    higher: differences.filter((difference) => difference > 0).length,
    equal: differences.filter((difference) => difference === 0).length,
    pNotWorse: tests.p(1, -margin),
    pWorse: tests.p(-1, -margin),
  };
}

/** The p on the side of the margin on which the difference lies, if the sample were `times` as large and each other value came as
 *  often, but its mean lay `unlucky` standard errors of that of the added pairs nearer to the margin. Arguments as those of
 *  `pairedDifference`, where that is not null. */
export function grownPairs(
  values: readonly number[],
  baselineValues: readonly number[],
  options: PairedOptions = {},
): (times: number, unlucky: number) => number {
  const settings = settingsOf(values, baselineValues, options);
  const groups = groupByCluster(
    values.map((value, i) => value - baselineValues[i]!),
    options.clusters,
  );
  const tested = -(options.margin ?? 0);
  const center = mean(groups.flat());
  const side = center > tested ? 1 : -1;
  const { standardError } = clusteredStandardError(groups);
  return (times, unlucky) => {
    const shift = -side * unlucky * addedError(standardError, times);
    return testsOf(groups, settings, { times, shift }).p(side, tested);
  };
}

function settingsOf(
  values: readonly number[],
  baselineValues: readonly number[],
  options: PairedOptions,
): TestSettings {
  const unit = unitRange([...values, ...baselineValues]) && 1;
  return {
    scale: options.scale === undefined ? unit : options.scale,
    confidence: options.confidence ?? CONFIDENCE,
    corrected: options.skewCorrection === true,
  };
}

interface TestSettings {
  readonly scale: number | null;
  readonly confidence: number;
  readonly corrected: boolean;
}

/** Side on which the mean is claimed to lie of a hypothesised one. */
type Side = 1 | -1;

/** Tests of the mean of a sample `times` as large, if the mean were shifted. */
function testsOf(
  groups: readonly (readonly number[])[],
  { scale, confidence, corrected }: TestSettings,
  { times, shift }: { times: number; shift: number } = { times: 1, shift: 0 },
) {
  const value = mean(groups.flat()) + shift;
  const sample = clusteredStandardError(groups);
  const seen = sample.standardError / Math.sqrt(times);
  const degreesOfFreedom = (sample.degreesOfFreedom + 1) * times - 1;
  const implied = impliedBy(groups, scale, times);
  const skewness = cautiousSkewness(groups, degreesOfFreedom + 1, 'mild', times);
  const critical = tQuantile(1 - (1 - confidence) / 2, degreesOfFreedom);
  const stretch = corrected && scale === null && seen > 0 ? tailStretch(critical, degreesOfFreedom) : 1;

  const standardErrorAt = (tested: number): number => Math.max(seen, implied.standardError(tested));

  /** Skewness to be reckoned with, turned so that a negative one makes the claim harder. Where the floor holds the spread is
   *  that of the hypothesis and not of the sample, and so is its skewness. */
  const skewnessAt = (side: Side, tested: number) => {
    const { clusters } = skewness.below;
    if (!corrected || seen === 0 || implied.standardError(tested) > seen) return { skewness: 0, clusters };
    if (side === -1) return { skewness: -skewness.above.skewness, clusters };
    // With few losses seen a sample looks less skewed than it may be: against a claim of not worse counts what is more.
    const least = tested < 0 ? implied.skewness(tested, seen) : Infinity;
    return { skewness: Math.min(skewness.below.skewness, least), clusters };
  };

  const rejects = (side: Side, tested: number): boolean => {
    const needed = Math.max(critical * stretch, unsymmetrise(critical, skewnessAt(side, tested)));
    return side * (value - tested) > needed * standardErrorAt(tested);
  };

  return {
    value,
    degreesOfFreedom,
    stretch,
    standardErrorAt,
    p(side: Side, tested: number): number {
      const t = value === tested ? 0 : (side * (value - tested)) / standardErrorAt(tested);
      // Never below plain t's: symmetric differences with long tails look skewed to one side or the other.
      const cautious = Number.isFinite(t) ? Math.min(t, symmetrise(t, skewnessAt(side, tested))) : t;
      const p = tUpperTail(cautious, degreesOfFreedom);
      if (stretch > 1) return Math.max(p, stretchedUpperTail(t, degreesOfFreedom));
      if (!corrected || scale === null) return p;
      return Math.max(p, pWithUnseen(groups, { side, tested, worst: -side * scale, times, shift }));
    },
    /** End of the interval on the far side of the claim; the t test at `decided` and the bound say the same. */
    bound(side: Side, decided: number): number {
      if (scale === null) {
        const needed = Math.max(critical * stretch, unsymmetrise(critical, skewnessAt(side, decided)));
        return value - side * needed * seen;
      }
      const end = -side * scale;
      if (!rejects(side, end)) return end;
      const [rejected, held] = rejects(side, decided)
        ? [decided, value]
        : [end, side * Math.min(side * value, side * decided)];
      return edge(rejected, held, (tested) => rejects(side, tested));
    },
  };
}

function edge(rejected: number, held: number, rejects: (tested: number) => boolean): number {
  let [no, yes] = [rejected, held];
  for (let step = 0; step < 60; step++) {
    const middle = (no + yes) / 2;
    if (rejects(middle)) no = middle;
    else yes = middle;
  }
  return yes;
}

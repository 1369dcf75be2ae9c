/** What a sample can and cannot show: power, minimum detectable effect and sample size of the tests that decide.
 *
 *  All are one-sided at alpha = (1 − confidence) / 2, as a bound of a two-sided interval decides. Means and paired
 *  differences: the noncentral t (as statsmodels' TTestPower, alternative "larger"). Proportions: the exact binomial
 *  power of the bound that decides. Clusters: the design effect 1 + (m (1 + cv²) − 1) · icc (Eldridge et al. 2006) and
 *  clusters − 1 degrees of freedom, fewer where sizes differ (cluster.ts). Knows nothing of gates. */
import { HarnessError } from '../errors.ts';
import {
  binomialCdf,
  noncentralTCdf,
  normalCdf,
  normalQuantile,
  tQuantile,
  tUpperTail,
} from './distributions.ts';
import { CONFIDENCE, mean, requireConfidence } from './interval.ts';
import { floorSize, skewnessAt } from './drop-implies.ts';
import { expectedSkewness, symmetrise, unsymmetrise } from './skewness.ts';
import { tailStretch } from './tail.ts';

export interface PowerOptions {
  /** Infinity: the normal approximation. */
  readonly degreesOfFreedom?: number;
  /** Two-sided confidence of the interval whose bound decides. */
  readonly confidence?: number;
  readonly power?: number;
}

/** The smallest true difference that a bound of the interval detects with the given power (default 0.8):
 *  (t(1 − alpha/2) + t(power)) · standard error (Bloom 1995, "Minimum detectable effects"). For a sample that is
 *  there; before there is one see `minimumDetectableEffectOfMean`. */
export function minimumDetectableEffect(standardError: number, options: PowerOptions = {}): number {
  const { degreesOfFreedom = Infinity, confidence = CONFIDENCE, power = 0.8 } = options;
  const tail = 1 - (1 - confidence) / 2;
  return (tQuantile(tail, degreesOfFreedom) + tQuantile(power, degreesOfFreedom)) * standardError;
}

export interface DesignOptions {
  /** Two-sided confidence of the interval whose bound decides; default 0.95. */
  readonly confidence?: number;
  /** Wanted chance of finding the effect, in (alpha, 1); default 0.8. */
  readonly power?: number;
  /** Mean number of samples in a cluster, >= 1; default 1. */
  readonly clusterSize?: number;
  /** Standard deviation of the clusters' sizes over their mean; default 0. */
  readonly clusterSizeVariation?: number;
  /** Clusters of one size that know as much of the variance (`clusterDegrees` + 1), over the clusters there are; default 1. */
  readonly independentShare?: number;
  /** Correlation of two scores of a cluster, in [0, 1]; default 0. */
  readonly icc?: number;
  /** For the test with skewness correction, as gates have it: skewness of the clusters' sums of scores (of the scores,
   *  where they are independent), negative where the long tail is on the side that makes the effect hard to show.
   *  Absent: the plain t test. */
  readonly skewness?: number;
  /** False: the scale has no bounds, and few clusters do not show its tail (tail.ts). Default true. */
  readonly hasBounds?: boolean;
}

export interface SampleSize {
  readonly n: number;
  readonly clusters: number;
}

/** Largest sample size worth telling. */
const MAX_SAMPLES = 1e9;

/** By what factor clusters inflate the variance of a mean, >= 1. */
export function designEffect(options: DesignOptions): number {
  const { clusterSize = 1, clusterSizeVariation = 0, icc = 0 } = options;
  if (!(clusterSize >= 1 && clusterSizeVariation >= 0 && icc >= 0 && icc <= 1)) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `Clusters of ${clusterSize} ± ${clusterSizeVariation} with correlation ${icc}: expected a size >= 1, a variation >= 0 and a correlation in [0, 1].`,
    );
  }
  return Math.max(1, 1 + (clusterSize * (1 + clusterSizeVariation ** 2) - 1) * icc);
}

/** Chance that a one-sided t test finds a mean of `effect` in `n` scores with standard deviation `deviation`; 0 for fewer
 *  than two clusters. Of a paired comparison: `deviation` of the differences, `effect` the distance to the margin. */
export function powerOfMean(
  effect: number,
  deviation: number,
  n: number,
  options: Omit<DesignOptions, 'power'> = {},
): number {
  return powerAgainst(effect, deviation, n, options, Infinity);
}

function independentClusters(n: number, { clusterSize = 1, independentShare = 1 }: DesignOptions): number {
  return (n / clusterSize) * independentShare;
}

/** `floor`: a skewness that the test reckons with in any case, where it is more against the effect than the sample's. */
function powerAgainst(
  effect: number,
  deviation: number,
  n: number,
  options: Omit<DesignOptions, 'power'>,
  floor: number,
): number {
  requireDesign(effect, deviation, options);
  const { confidence = CONFIDENCE, skewness } = options;
  const degrees = independentClusters(n, options) - 1;
  if (degrees < 1) return 0;
  const shift = effect / (deviation * Math.sqrt(designEffect(options) / n));
  // Beyond it the series loses its digits, and the power is 1 to all of them.
  if (shift > 30) return 1;
  const critical = tQuantile(1 - (1 - confidence) / 2, degrees);
  const stretch = options.hasBounds === false ? tailStretch(critical, degrees) : 1;
  const symmetric = (at: number): number => 1 - noncentralTCdf(critical * stretch, degrees, at);
  if (skewness === undefined) return symmetric(shift);
  const clusters = degrees + 1;
  const { seen, reckoned } = expectedSkewness(skewness, clusters);
  // A sample that has seen the tail shows a lower mean, a larger spread and more skewness at once. Fitted to lognormal losses
  // (σ = 0.5 and 1) of 200 to 1,000, rare 0/1 losses of 1,000 and sentence BLEU of 30: what is left out above.
  const tails = 0.6 * Math.max(0, -skewness) + (floor < 0 ? -0.2 * floor : 0);
  const cost = 1 + tails / Math.sqrt(clusters) + 1 / clusters;
  const powers = reckoned.map((each) => {
    const reached = unsymmetrise(critical, { skewness: Math.min(each, floor), clusters });
    const left = Math.max(critical, reached) - shift / cost;
    return tUpperTail(symmetrise(left, { skewness: seen, clusters }), degrees);
  });
  return Math.min(mean(powers), symmetric(shift / cost));
}

/** Samples, in whole clusters, that find a mean of `effect` with the wanted power; null beyond 10⁹.
 *  @param effect true distance from the threshold (or margin), > 0
 *  @param deviation standard deviation of the scores (of the differences of pairs), > 0
 *  @throws HarnessError E_INPUT_INVALID outside these ranges */
export function sampleSizeOfMean(
  effect: number,
  deviation: number,
  options: DesignOptions = {},
): SampleSize | null {
  const { clusterSize = 1, power = 0.8 } = options;
  requireDesign(effect, deviation, options);
  const enough = (clusters: number): boolean =>
    powerOfMean(effect, deviation, clusters * clusterSize, options) >= power;
  const clusters = smallest(2, MAX_SAMPLES / clusterSize, enough);
  return clusters === null ? null : { n: Math.ceil(clusters * clusterSize), clusters };
}

/** The smallest mean that `n` scores find with the wanted power; Infinity for fewer than two clusters.
 *  @throws HarnessError E_INPUT_INVALID */
export function minimumDetectableEffectOfMean(
  deviation: number,
  n: number,
  options: DesignOptions = {},
): number {
  requireDesign(1, deviation, options);
  return smallestEffect(n, options, (effect) => powerOfMean(effect, deviation, n, options));
}

/** Standard deviation of the difference of two scores that correlate. */
export function differenceDeviation(
  deviation: number,
  baselineDeviation: number,
  correlation: number,
): number {
  const variance = deviation ** 2 + baselineDeviation ** 2 - 2 * correlation * deviation * baselineDeviation;
  return Math.sqrt(Math.max(0, variance));
}

export interface PairedDesign extends DesignOptions {
  /** Largest drop that is still acceptable, > 0. */
  readonly margin: number;
  /** Standard deviation of the differences of pairs, >= 0. */
  readonly deviation: number;
  /** True difference to be found not worse (above −margin) or worse (below −margin); default 0: as good as the baseline. */
  readonly difference?: number;
  /** Size of a difference where there is one, Σ D² / Σ |D| (of clusters' mean differences, where there are clusters): 1 for
   *  0/1 scores (default). Null: the scale is unknown. */
  readonly differenceSize?: number | null;
  /** Width of the scale, which counts where few pairs differ; default: the size of a difference. */
  readonly scale?: number;
}

/** What decides in `pairedDifference` of `n` pairs: the mean of the larger of the sample's deviation and its floor, what a mean of
 *  −margin implies; and the share of samples in which it is the sample's, which is corrected for skewness. */
export function decidingDeviation(
  design: PairedDesign,
  n: number,
): { readonly deviation: number; readonly corrected: number } {
  const { margin, deviation, differenceSize = 1, clusterSize = 1, clusterSizeVariation = 0 } = design;
  if (differenceSize === null) return { deviation, corrected: 1 };
  const differing = (n / clusterSize) * Math.min(1, clusterSize * (deviation / differenceSize) ** 2);
  const size = floorSize(differenceSize, differing, design.scale ?? differenceSize);
  const variance = (margin * size - margin ** 2) * (1 + clusterSizeVariation ** 2);
  const floor = Math.sqrt((Math.max(0, variance) * clusterSize) / designEffect(design));
  if (deviation === 0) return { deviation: floor, corrected: 0 };
  // The sample's deviation varies by its kurtosis, with E D⁴ = E D² · size² at least that of a normal.
  const kurtosis = Math.max(3, (differenceSize / deviation) ** 2);
  const spread = deviation * Math.sqrt(((kurtosis - 1) * clusterSize) / (4 * n));
  const distance = (deviation - floor) / spread;
  const corrected = normalCdf(distance);
  const density = Math.exp(-0.5 * distance ** 2) / Math.sqrt(2 * Math.PI);
  return { deviation: floor + (deviation - floor) * corrected + spread * density, corrected };
}

/** Chance of telling `n` pairs' true difference from the margin. */
export function powerOfPairs(n: number, design: PairedDesign): number {
  const distance = Math.abs((design.difference ?? 0) + design.margin);
  return distance === 0 ? 0 : powerAtDistance(distance, n, design);
}

function powerAtDistance(distance: number, n: number, design: PairedDesign): number {
  const { margin, differenceSize = 1, clusterSize = 1, skewness = 0 } = design;
  const { deviation, corrected } = decidingDeviation(design, n);
  const ofClusters = deviation * Math.sqrt(designEffect(design) / clusterSize);
  const floor = differenceSize === null ? Infinity : skewnessAt(-margin, differenceSize, ofClusters);
  const { skewness: _, ...plain } = design;
  return (
    corrected *
      powerAgainst(
        distance,
        deviation,
        n,
        { ...design, skewness, hasBounds: differenceSize !== null },
        floor,
      ) +
    (1 - corrected) * powerAgainst(distance, deviation, n, plain, Infinity)
  );
}

/** Pairs that tell a difference from the margin with the wanted power; null where no practical number does.
 *  @throws HarnessError E_INPUT_INVALID */
export function sampleSizeOfPairs(design: PairedDesign): SampleSize | null {
  const { clusterSize = 1, power = 0.8 } = design;
  if ((design.difference ?? 0) + design.margin === 0) return null;
  const enough = (clusters: number): boolean => powerOfPairs(clusters * clusterSize, design) >= power;
  const clusters = smallest(2, MAX_SAMPLES / clusterSize, enough);
  return clusters === null ? null : { n: Math.ceil(clusters * clusterSize), clusters };
}

/** How far from the margin a true difference must lie for `n` pairs to find it with the wanted power; Infinity for fewer
 *  than two clusters. */
export function minimumDetectableEffectOfPairs(n: number, design: PairedDesign): number {
  return smallestEffect(n, design, (effect) => powerAtDistance(effect, n, design));
}

function smallestEffect(n: number, options: DesignOptions, powerOf: (effect: number) => number): number {
  const { power = 0.8 } = options;
  if (independentClusters(n, options) < 2) return Infinity;
  let [low, high] = [0, 1e-9];
  while (powerOf(high) < power) [low, high] = [high, high * 2];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (powerOf(middle) < power) low = middle;
    else high = middle;
  }
  return high;
}

/** Chance that the bound (`gateInterval`) of `n` independent 0/1 scores of true rate `rate` lies beyond `threshold`, on the
 *  side on which the rate does. Exact. */
export function powerOfProportion(
  threshold: number,
  rate: number,
  n: number,
  { confidence = CONFIDENCE }: { confidence?: number } = {},
): number {
  requireRates(threshold, rate);
  requireConfidence(confidence);
  if (rate < threshold) return powerOfProportion(1 - threshold, 1 - rate, n, { confidence });
  // The Wilson bound reaches the threshold where the score test with its variance rejects it.
  const z = normalQuantile(1 - (1 - confidence) / 2);
  let least = Math.ceil(n * threshold + z * Math.sqrt(n * threshold * (1 - threshold)) - 1e-9);
  // Towards the nearer end the bound is at least the exact one: see gateInterval.
  const alpha = (1 - confidence) / 2;
  while (2 * least <= n && 1 - binomialCdf(least - 1, n, threshold) > alpha) least++;
  return least > n ? 0 : 1 - binomialCdf(least - 1, n, rate);
}

/** Above it the saw teeth of the binomial are finer than anyone plans. */
const EXACT_SAMPLES = 20_000;

/** Samples from which on the Wilson bound tells a true `rate` from `threshold` with the wanted power; null where the two
 *  are equal or no practical number does. Exact for independent samples up to 20,000, else by the normal approximation
 *  n = ((z(1 − alpha) √(p₀q₀) + z(power) √(p₁q₁)) / (p₁ − p₀))² (Fleiss 1981).
 *  @throws HarnessError E_INPUT_INVALID unless both lie in (0, 1), the rate in [0, 1] */
export function sampleSizeOfProportion(
  threshold: number,
  rate: number,
  options: DesignOptions = {},
): SampleSize | null {
  requireRates(threshold, rate);
  const { confidence = CONFIDENCE, power = 0.8, clusterSize = 1 } = options;
  requireDesign(1, 1, options);
  if (rate === threshold) return null;
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const spread =
    z * Math.sqrt(threshold * (1 - threshold)) + normalQuantile(power) * Math.sqrt(rate * (1 - rate));
  const approximate = Math.max(1, Math.ceil((spread / (rate - threshold)) ** 2));
  let independent = approximate;
  if (approximate <= EXACT_SAMPLES) {
    const teeth = 8 * Math.sqrt(approximate / (threshold * (1 - threshold)));
    independent = Math.ceil(approximate + teeth) + 20;
    while (independent > 1 && powerOfProportion(threshold, rate, independent - 1, { confidence }) >= power) {
      independent--;
    }
  }
  const effective = designEffect(options);
  if (clusterSize === 1) return independent > MAX_SAMPLES ? null : { n: independent, clusters: independent };
  // Korn and Graubard's factor: the quantile of t by clusters in place of that by samples
  const enough = (clusters: number): boolean => {
    const n = clusters * clusterSize;
    const degrees = independentClusters(n, options) - 1;
    if (degrees < 1) return false;
    const tail = 1 - (1 - confidence) / 2;
    const factor = (tQuantile(tail, n - 1) / tQuantile(tail, degrees)) ** 2;
    return (n / effective) * factor >= independent;
  };
  const clusters = smallest(2, MAX_SAMPLES / clusterSize, enough);
  return clusters === null ? null : { n: Math.ceil(clusters * clusterSize), clusters };
}

/** The rate nearest to the threshold, on the given side, that `n` samples tell from it with the wanted power; null where
 *  not even 0 or 1 is. `n` may be an effective sample size. */
export function detectableRate(
  threshold: number,
  n: number,
  side: 'above' | 'below',
  options: Pick<DesignOptions, 'confidence' | 'power'> = {},
): number | null {
  const { confidence = CONFIDENCE, power = 0.8 } = options;
  const whole = Math.floor(n);
  const found = (rate: number): boolean => powerOfProportion(threshold, rate, whole, { confidence }) >= power;
  let [near, far] = [threshold, side === 'above' ? 1 : 0];
  if (whole < 1 || !found(far)) return null;
  for (let step = 0; step < 60; step++) {
    const middle = (near + far) / 2;
    if (found(middle)) far = middle;
    else near = middle;
  }
  return far;
}

/** Smallest whole number in [low, high] that is enough, where all above it are as well; null if none is. */
function smallest(low: number, high: number, enough: (value: number) => boolean): number | null {
  let [no, yes] = [low - 1, low];
  while (!enough(yes)) {
    if (yes >= high) return null;
    [no, yes] = [yes, Math.min(Math.floor(high), yes * 2)];
  }
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (enough(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

function requireDesign(effect: number, deviation: number, options: DesignOptions): void {
  const { confidence = CONFIDENCE, power = 0.8 } = options;
  requireConfidence(confidence);
  designEffect(options);
  if (!(effect > 0) || !(deviation > 0) || !(power > (1 - confidence) / 2 && power < 1)) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `Effect ${effect}, standard deviation ${deviation}, power ${power}: expected the first two above 0 and a power ` +
        `between alpha (${(1 - confidence) / 2}) and 1.`,
    );
  }
}

function requireRates(threshold: number, rate: number): void {
  if (!(threshold > 0 && threshold < 1 && rate >= 0 && rate <= 1)) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `Threshold ${threshold} and rate ${rate}: expected a threshold in (0, 1) and a rate in [0, 1].`,
    );
  }
}

/** Power, sample size and minimum detectable effect of the tests on means that decide: the noncentral t (as statsmodels'
 *  TTestPower, alternative "larger"), with what skewness and an unseen tail cost. Designs: power-design.ts. */
import { noncentralTCdf, tQuantile, tUpperTail } from './distributions.ts';
import { distanceImplied, floorSize } from './drop-implies.ts';
import { CONFIDENCE, mean } from './interval.ts';
import {
  designEffect,
  independentClusters,
  MAX_SAMPLES,
  requireDesign,
  smallest,
  smallestEffect,
  type DesignOptions,
  type SampleSize,
} from './power-design.ts';
import { expectedSkewness, symmetrise, unsymmetrise, type Caution } from './skewness.ts';
import { meanTailStretch, tailStretch } from './tail.ts';
import { distanceWithUnseen } from './unseen.ts';

export interface PowerOptions {
  /** Infinity: the normal approximation. */
  readonly degreesOfFreedom?: number;
  /** Two-sided confidence of the interval whose bound decides. */
  readonly confidence?: number;
  readonly power?: number;
  /** Of the interval (tail.ts); default 1. */
  readonly tailStretch?: number;
}

/** The smallest true difference that a bound of the interval detects with the given power (default 0.8):
 *  (t(1 − alpha/2) · stretch + t(power)) · standard error (Bloom 1995, "Minimum detectable effects"). For a sample that is
 *  there; before there is one see `minimumDetectableEffectOfMean`. */
export function minimumDetectableEffect(standardError: number, options: PowerOptions = {}): number {
  const {
    degreesOfFreedom = Infinity,
    confidence = CONFIDENCE,
    power = 0.8,
    tailStretch: stretch = 1,
  } = options;
  const critical = tQuantile(1 - (1 - confidence) / 2, degreesOfFreedom) * stretch;
  return (critical + tQuantile(power, degreesOfFreedom)) * standardError;
}

/** Chance that a one-sided t test finds a mean of `effect` in `n` scores with standard deviation `deviation`; 0 for fewer
 *  than two clusters. Of a paired comparison: `deviation` of the differences, `effect` the distance to the margin. */
export function powerOfMean(
  effect: number,
  deviation: number,
  n: number,
  options: Omit<DesignOptions, 'power'> = {},
): number {
  const caution = options.hasBounds === false ? 'strong' : 'mild';
  requireDesign(effect, deviation, options);
  const left = effect - unseenDistance(deviation, n, options);
  if (!(left > 0)) return 0;
  const seen = powerAgainst(left, deviation, n, options, { floor: Infinity, caution });
  const { reach, skewness = 0 } = options;
  if (reach === undefined || seen === 0) return seen;
  // As if scores were normal: E S² / E |S|
  const size = Math.sqrt((Math.PI * designEffect(options)) / (2 * (options.clusterSize ?? 1))) * deviation;
  return Math.min(seen, powerWithUnseen(effect, deviation, n, { ...options, size, reach, skewness }));
}

interface UnseenOptions extends Omit<DesignOptions, 'power'> {
  /** Σ S² / Σ |S| of clusters' mean residuals. */
  readonly size: number;
  readonly reach: number;
  readonly skewness: number;
}

/** Power of the test that reckons with what has gone unseen (unseen.ts). */
export function powerWithUnseen(
  effect: number,
  deviation: number,
  n: number,
  { size, reach, skewness, ...options }: UnseenOptions,
): number {
  const { confidence = CONFIDENCE, clusterSize = 1, clusterSizeVariation = 0 } = options;
  const degrees = independentClusters(n, options) - 1;
  if (degrees < 1) return 0;
  if (reach <= 0) return 1;
  const alpha = (1 - confidence) / 2;
  const inflation = Math.sqrt(designEffect(options));
  const weight = clusterSize * (1 + clusterSizeVariation ** 2);
  const distance = distanceWithUnseen({
    clusters: n / weight,
    deviation: deviation * inflation * Math.sqrt(weight),
    size: size * weight,
    skewness,
    reach: reach * weight,
    alpha,
  });
  const further = distance / weight - tQuantile(1 - alpha, degrees) * inflation * (deviation / Math.sqrt(n));
  if (effect <= further) return 0;
  if (deviation === 0) return 1;
  return powerAgainst(effect - further, deviation, n, options, { floor: Infinity, caution: 'mild' });
}

/** By how much the interval of a mean reaches further than that of t, because of what may have gone unseen. */
function unseenDistance(deviation: number, n: number, options: Omit<DesignOptions, 'power'>): number {
  const { reach, confidence = CONFIDENCE, clusterSize = 1, clusterSizeVariation = 0 } = options;
  const degrees = independentClusters(n, options) - 1;
  if (reach === undefined || degrees < 1) return 0;
  const critical = tQuantile(1 - (1 - confidence) / 2, degrees);
  const variance = deviation ** 2 * designEffect(options);
  const weight = clusterSize * (1 + clusterSizeVariation ** 2);
  // Of the clusters' summed residuals, as if they were normal: E |S| and E S² / E |S|
  const absolute = Math.sqrt((2 / Math.PI) * variance * clusterSize);
  const typical = (variance * clusterSize) / absolute;
  const size = floorSize(typical, (n / clusterSize) * absolute, reach, weight) / weight;
  return Math.max(0, distanceImplied(critical, weight / n, size) - critical * Math.sqrt(variance / n));
}

/** How the test corrects for skewness. */
interface Correction {
  /** Skewness that it reckons with in any case, where it is more against the effect than the sample's. */
  readonly floor: number;
  readonly caution: Caution;
}

export function powerAgainst(
  effect: number,
  deviation: number,
  n: number,
  options: Omit<DesignOptions, 'power'>,
  { floor, caution }: Correction,
): number {
  requireDesign(effect, deviation, options);
  const { confidence = CONFIDENCE, skewness } = options;
  const degrees = independentClusters(n, options) - 1;
  if (degrees < 1) return 0;
  const shift = effect / (deviation * Math.sqrt(designEffect(options) / n));
  // Beyond it the series loses its digits, and the power is 1 to all of them.
  if (shift > 30) return 1;
  const critical = tQuantile(1 - (1 - confidence) / 2, degrees);
  const stretchOf = caution === 'strong' ? meanTailStretch : tailStretch;
  const stretch = options.hasBounds === false ? stretchOf(critical, degrees) : 1;
  const symmetric = (at: number): number => 1 - noncentralTCdf(critical * stretch, degrees, at);
  if (skewness === undefined) return symmetric(shift);
  const clusters = degrees + 1;
  const { seen, reckoned } = expectedSkewness(skewness, clusters, caution);
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

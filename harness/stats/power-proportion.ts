/** Power, sample size and detectable rate of the test on proportions that decides: the exact binomial power of
 *  `gateInterval`'s bound. */
import { HarnessError } from '../errors.ts';
import { binomialCdf, normalQuantile, tQuantile } from './distributions.ts';
import { CONFIDENCE, requireConfidence } from './interval.ts';
import { wilsonInterval } from './proportion.ts';
import {
  designEffect,
  independentClusters,
  MAX_SAMPLES,
  requireDesign,
  smallest,
  type DesignOptions,
  type SampleSize,
} from './power-design.ts';

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
  // Below the threshold the scores are counted the other way round.
  const mirrored = rate < threshold;
  const [tested, truth] = mirrored ? [1 - threshold, 1 - rate] : [threshold, rate];
  // The Wilson bound reaches the threshold where the score test with its variance rejects it.
  const z = normalQuantile(1 - (1 - confidence) / 2);
  let least = Math.ceil(n * tested + z * Math.sqrt(n * tested * (1 - tested)) - 1e-9);
  // Towards the nearer end the bound is at least the exact one: see gateInterval, whose middle counts as near to 0.
  const alpha = (1 - confidence) / 2;
  const isNearer = (): boolean => (mirrored ? 2 * least < n : 2 * least <= n);
  while (isNearer() && 1 - binomialCdf(least - 1, n, tested) > alpha) least++;
  return least > n ? 0 : 1 - binomialCdf(least - 1, n, truth);
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
  if (clusterSize === 1) return independent > MAX_SAMPLES ? null : { n: independent, clusters: independent };
  const enough = (clusters: number): boolean =>
    reaches(threshold, rate > threshold ? 'above' : 'below', clusters, confidence) &&
    effectiveTrials(clusters * clusterSize, options) >= independent;
  const clusters = smallest(2, MAX_SAMPLES / clusterSize, enough);
  return clusters === null ? null : { n: Math.ceil(clusters * clusterSize), clusters };
}

/** Korn and Graubard's effective sample size (proportion.ts) before there is a sample. The sample will estimate its own
 *  design effect, and what that costs in power is about one cluster (CALIBRATION.md: rates near 1 in clusters). */
function effectiveTrials(n: number, options: DesignOptions): number {
  const { confidence = CONFIDENCE } = options;
  const degrees = independentClusters(n, options) - 1;
  if (degrees < 1) return 0;
  const tail = 1 - (1 - confidence) / 2;
  const known = (n / designEffect(options)) * (tQuantile(tail, n - 1) / tQuantile(tail, degrees)) ** 2;
  return known * (degrees / (degrees + 1));
}

/** Whether so many clusters, unanimous, have a bound beyond the threshold: no others have a better one (proportion.ts). */
function reaches(threshold: number, side: 'above' | 'below', clusters: number, confidence: number): boolean {
  const { low, high } = wilsonInterval(side === 'above' ? clusters : 0, clusters, { confidence });
  return side === 'above' ? low >= threshold : high <= threshold;
}

/** The rate nearest to the threshold, on the given side, that `n` samples tell from it with the wanted power; null where
 *  not even 0 or 1 is. */
export function detectableRate(
  threshold: number,
  n: number,
  side: 'above' | 'below',
  options: DesignOptions = {},
): number | null {
  const { confidence = CONFIDENCE, power = 0.8, clusterSize = 1 } = options;
  if (clusterSize > 1 && !reaches(threshold, side, n / clusterSize, confidence)) return null;
  const whole = Math.floor(clusterSize === 1 ? n : effectiveTrials(n, options));
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

function requireRates(threshold: number, rate: number): void {
  if (!(threshold > 0 && threshold < 1 && rate >= 0 && rate <= 1)) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `Threshold ${threshold} and rate ${rate}: expected a threshold in (0, 1) and a rate in [0, 1].`,
    );
  }
}

/** A design: how many samples in how many clusters, at which confidence and power; and the searches over designs.
 *
 *  Tests are one-sided at alpha = (1 − confidence) / 2, as a bound of a two-sided interval decides. Clusters: the design
 *  effect 1 + (m (1 + cv²) − 1) · icc (Eldridge et al. 2006) and clusters − 1 degrees of freedom, fewer where sizes differ
 *  (cluster.ts). Knows no test and no gate. */
import { HarnessError } from '../errors.ts';
import { CONFIDENCE, requireConfidence } from './interval.ts';

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
  /** Of a mean: how far it lies from the end of its scale on the side that makes the effect hard to show (0 for `atLeast`
   *  on [0, 1]); a rare score there may go unseen (drop-implies.ts). Absent: not counted. */
  readonly reach?: number;
}

export interface SampleSize {
  readonly n: number;
  readonly clusters: number;
}

/** Largest sample size worth telling. */
export const MAX_SAMPLES = 1e9;

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

export function independentClusters(
  n: number,
  { clusterSize = 1, independentShare = 1 }: DesignOptions,
): number {
  return (n / clusterSize) * independentShare;
}

export function smallestEffect(
  n: number,
  options: DesignOptions,
  powerOf: (effect: number) => number,
): number {
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

/** Smallest whole number in [low, high] that is enough, where all above it are as well; null if none is. */
export function smallest(low: number, high: number, enough: (value: number) => boolean): number | null {
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

export function requireDesign(effect: number, deviation: number, options: DesignOptions): void {
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

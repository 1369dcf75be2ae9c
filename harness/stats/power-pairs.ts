/** Power, sample size and minimum detectable effect of the paired comparison that decides (paired.ts). Before samples are
 *  there: what the model and its baseline may differ in is given as a design. */
import { normalCdf } from './distributions.ts';
import { floorSize, skewnessAt } from './drop-implies.ts';
import {
  designEffect,
  MAX_SAMPLES,
  smallest,
  smallestEffect,
  type DesignOptions,
  type SampleSize,
} from './power-design.ts';
import { powerAgainst, powerWithUnseen } from './power-mean.ts';

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
  const weight = clusterSize * (1 + clusterSizeVariation ** 2);
  // Of clusters' summed differences: Σ |S| = Σ S² / size
  const total = (n * deviation ** 2 * designEffect(design)) / (differenceSize * weight);
  const size = floorSize(differenceSize * weight, total, design.scale ?? differenceSize, weight) / weight;
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

/** Of both tests that have to find it: the one on what was seen, and the one on what was not. */
function powerAtDistance(distance: number, n: number, design: PairedDesign): number {
  const seen = powerOfSeen(distance, n, design);
  const { margin, deviation, difference = 0, differenceSize = 1, skewness = 0 } = design;
  if (differenceSize === null || seen === 0) return seen;
  const side = difference < -margin ? -1 : 1;
  const reach = (design.scale ?? differenceSize) - side * margin;
  const unseen = { size: differenceSize, reach, skewness: side * skewness };
  return Math.min(seen, powerWithUnseen(distance, deviation, n, { ...design, ...unseen }));
}

function powerOfSeen(distance: number, n: number, design: PairedDesign): number {
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
        { floor, caution: 'mild' },
      ) +
    (1 - corrected) * powerAgainst(distance, deviation, n, plain, { floor: Infinity, caution: 'mild' })
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

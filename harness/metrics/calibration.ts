/** Calibration of stated confidence: expected calibration error with its reliability bins, and the Brier score.
 *  Sources: Naeini et al. 2015 and Guo et al. 2017 (arXiv:1706.04599) for equal-width bins, Nixon et al. 2019
 *  (arXiv:1904.01685) for bins of equal mass, Brier 1950. Knows confidences and outcomes, not what was answered. */
import { HarnessError } from '../errors.ts';
import { signature } from './signature.ts';

export interface CalibrationOptions {
  /** Number of bins, an integer from 1; default 15. */
  readonly bins?: number;
  /** `width`: bins of one width on [0, 1]. `mass`: edges at the quantiles, so that bins hold as many. */
  readonly binning?: 'width' | 'mass';
}

/** A bin (low, high] of confidences; the first holds its low edge as well. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** Means over the bin; null in an empty one. */
  readonly confidence: number | null;
  readonly accuracy: number | null;
}

const DEFAULT_BINS = 15;

function requireForecasts(confidences: readonly number[], outcomes: readonly (0 | 1)[]): void {
  if (confidences.length === 0 || confidences.length !== outcomes.length) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `Calibration of ${confidences.length} confidences and ${outcomes.length} outcomes: expected as many of both, at least one.`,
    );
  }
  const bad = confidences.find((each) => !(each >= 0 && each <= 1));
  if (bad !== undefined) {
    throw new HarnessError('E_INPUT_INVALID', `Confidence ${bad} is no probability in [0, 1].`);
  }
}

/** Quantile by linear interpolation (type 7, numpy's default) of sorted values. */
function quantileOf(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + (at - below) * ((sorted[below + 1] ?? low) - low);
}

/** Edges of the bins, one more than bins, ascending. Where many confidences are equal, edges of equal mass coincide
 *  and the bins between them stay empty.
 *  @throws E_INPUT_INVALID without a confidence, or for a number of bins that is no integer from 1 */
export function binEdges(confidences: readonly number[], options: CalibrationOptions = {}): number[] {
  const { bins = DEFAULT_BINS, binning = 'width' } = options;
  if (!Number.isSafeInteger(bins) || bins < 1 || confidences.length === 0) {
    throw new HarnessError(
      'E_INPUT_INVALID',
      `${bins} bins of ${confidences.length} confidences: expected an integer from 1, and a confidence.`,
    );
  }
  const shares = Array.from({ length: bins + 1 }, (_, at) => at / bins);
  if (binning === 'width') return shares;
  const sorted = [...confidences].sort((a, b) => a - b);
  return shares.map((share) => quantileOf(sorted, share));
}

/** The bin of a confidence: the first whose upper edge is not below it. */
export function binOf(confidence: number, edges: readonly number[]): number {
  let low = 1;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! >= confidence) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}

/** Bins with their mean confidence and accuracy: the points of a reliability diagram.
 *  @param confidences (n,) probabilities in [0, 1] that the answer is right
 *  @param outcomes (n,) 1 where it was
 *  @throws E_INPUT_INVALID for nothing, for lengths that differ, or a confidence outside [0, 1] */
export function reliabilityBins(
  confidences: readonly number[],
  outcomes: readonly (0 | 1)[],
  options: CalibrationOptions = {},
): readonly ReliabilityBin[] {
  requireForecasts(confidences, outcomes);
  const edges = binEdges(confidences, options);
  const sums = edges.slice(1).map(() => ({ n: 0, confidence: 0, right: 0 }));
  confidences.forEach((confidence, at) => {
    const bin = sums[binOf(confidence, edges)]!;
    bin.n++;
    bin.confidence += confidence;
    bin.right += outcomes[at]!;
  });
  return sums.map(({ n, confidence, right }, at) => ({
    low: edges[at]!,
    high: edges[at + 1]!,
    n,
    confidence: n === 0 ? null : confidence / n,
    accuracy: n === 0 ? null : right / n,
  }));
}

/** Expected calibration error, in [0, 1]: Σ n_b / n · |accuracy − confidence| over bins. Biased upwards: a perfectly
 *  calibrated model has a positive one on any finite sample, the more so with many bins.
 *  @throws E_INPUT_INVALID as `reliabilityBins`: an empty average is not 0 */
export function expectedCalibrationError(
  confidences: readonly number[],
  outcomes: readonly (0 | 1)[],
  options: CalibrationOptions = {},
): number {
  const bins = reliabilityBins(confidences, outcomes, options);
  const gaps = bins.map(({ n, confidence, accuracy }) =>
    n === 0 ? 0 : n * Math.abs(accuracy! - confidence!),
  );
  return gaps.reduce((sum, gap) => sum + gap, 0) / confidences.length;
}

/** Squared error of one forecast, in [0, 1]. */
export function squaredError(confidence: number, outcome: 0 | 1): number {
  return (confidence - outcome) ** 2;
}

/** Brier score, in [0, 1], 0 best: the mean squared error of the confidences.
 *  @throws E_INPUT_INVALID for nothing, for lengths that differ, or a confidence outside [0, 1] */
export function brierScore(confidences: readonly number[], outcomes: readonly (0 | 1)[]): number {
  requireForecasts(confidences, outcomes);
  const errors = confidences.map((confidence, at) => squaredError(confidence, outcomes[at]!));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

/** Such as `ece|bins:15|binning:width|edges:right|norm:l1|harness:2`. */
export function calibrationSignature(name: 'ece' | 'brier', options: CalibrationOptions = {}): string {
  if (name === 'brier') return `brier|${signature({ classes: 2 })}`;
  const { bins = DEFAULT_BINS, binning = 'width' } = options;
  return `ece|${signature({ bins, binning, edges: 'right', norm: 'l1' })}`;
}

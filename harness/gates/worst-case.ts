/** What the errors of a run could hide. An error has no score; but a gate that holds only because the answers that
 *  are missing would have been the bad ones has not been shown to hold (Manski 1990, "Nonparametric bounds"). */
import { sum } from '../stats/interval.ts';
import { quantile } from '../stats/quantile.ts';
import type { MetricSpec } from '../../reports/report-data.ts';
import { quantileOf, type Summary } from './aggregate.ts';
import { scoreRange } from './score-range.ts';

/** Beyond any score: where a quantile or a largest value is all that counts. */
const BEYOND = 1e300;

/** The metric's value if each error had been the worst answer; null where there is no error.
 *  On a scale without bounds the worst answer is the worst that was seen, which is less than the worst there is.
 *  @param worst the end of the scale that is */
export function valueAtWorst(summary: Summary, worst: 'low' | 'high'): number | null {
  const { spec, scores, errors } = summary;
  if (errors === 0 || scores.length === 0) return null;
  if (spec.aggregate === 'max' || spec.aggregate === 'sum') return worst === 'low' ? -BEYOND : BEYOND;
  const q = quantileOf(spec);
  const missing = (score: number): number[] => Array<number>(errors).fill(score);
  if (q !== null) {
    const beyond = worst === 'low' ? -BEYOND : BEYOND;
    return quantile(
      [...scores, ...missing(beyond)].sort((a, b) => a - b),
      q,
    );
  }
  const range = scoreRange(spec, scores);
  const end = range
    ? range[worst === 'low' ? 0 : 1]
    : scores.reduce((a, b) => (worst === 'low' ? Math.min(a, b) : Math.max(a, b)));
  const value = sum([...scores, ...missing(end)]) / (scores.length + errors);
  return spec.detector ? trueRate(value, spec.detector) : value;
}

/** Behind the rate that a detector finds (Rogan and Gladen 1978), in [0, 1]. */
function trueRate(found: number, { sensitivity, specificity }: NonNullable<MetricSpec['detector']>): number {
  const falseRate = 1 - specificity.successes / specificity.trials;
  const rate = (found - falseRate) / (sensitivity.successes / sensitivity.trials - falseRate);
  return Math.min(1, Math.max(0, rate));
}

/** A pair of which one side or both are errors; null is the error. */
export interface LostPair {
  readonly value: number | null;
  readonly baselineValue: number | null;
}

/** The mean difference (higher is better) if the model's errors had been its worst answers and the baseline's its
 *  best; null where no pair was lost. Without bounds, each lost pair counts as the worst pair seen. */
export function differenceAtWorst(
  differences: readonly number[],
  lost: readonly LostPair[],
  sign: 1 | -1,
  range: readonly [low: number, high: number] | null,
): number | null {
  if (lost.length === 0) return null;
  const seen = differences.reduce((a, b) => Math.min(a, b), 0);
  const [worst, best] = sign === 1 ? (range ?? [0, 0]) : [range?.[1] ?? 0, range?.[0] ?? 0];
  const missing = lost.map(({ value, baselineValue }) =>
    range ? sign * ((value ?? worst) - (baselineValue ?? best)) : seen,
  );
  return sum([...differences, ...missing]) / (differences.length + missing.length);
}

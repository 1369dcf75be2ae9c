/** What the errors of a run could hide. An error has no score; but a gate that holds only because the answers that
 *  are missing would have been the bad ones has not been shown to hold (Manski 1990, "Nonparametric bounds"). */
import type { MetricSpec } from '../../reports/report-data.ts';
import { isErrorOf, quantileOf, summarize, type Summary } from './aggregate.ts';
import { scoreRange } from './score-range.ts';

/** Beyond any score: where a quantile is all that counts. */
const BEYOND = 1e300;

/** The metric with its interval if each error had been the worst answer; null where there is no error.
 *  On a scale without bounds the worst answer is the worst that was seen, which is less than the worst there is.
 *  @param worst the end of the scale that is */
export function summaryAtWorst(summary: Summary, worst: 'low' | 'high', confidence: number): Summary | null {
  const { task, spec, records, scores, errors } = summary;
  if (errors === 0 || scores.length === 0) return null;
  // The records are single observations already.
  const { outOf: _, ...single } = spec;
  const end = worstScore(spec, scores, worst);
  const filled = records.map((record) =>
    isErrorOf(record, spec) ? { ...record, error: null, scores: { [spec.score]: end } } : record,
  );
  return summarize(task, single, filled, confidence);
}

function worstScore(spec: MetricSpec, scores: readonly number[], worst: 'low' | 'high'): number {
  if (quantileOf(spec) !== null) return worst === 'low' ? -BEYOND : BEYOND;
  const range = scoreRange(spec, scores);
  if (range) return range[worst === 'low' ? 0 : 1];
  return scores.reduce((a, b) => (worst === 'low' ? Math.min(a, b) : Math.max(a, b)));
}

/** A pair without a score on one side or both, for an error or because it is undefined; null is what is missing. */
export interface LostPair {
  readonly value: number | null;
  readonly baselineValue: number | null;
  readonly cluster: string;
}

/** The scores of a lost pair (higher is better) if what the model lacks had been its worst answer, what the baseline lacks its best.
 *  Without bounds, the pair counts as the worst difference seen.
 *  @param seen differences of the other pairs */
export function pairAtWorst(
  { value, baselineValue }: LostPair,
  seen: readonly number[],
  sign: 1 | -1,
  range: readonly [low: number, high: number] | null,
): { readonly value: number; readonly baselineValue: number } {
  if (!range) return { value: seen.reduce((a, b) => Math.min(a, b), 0), baselineValue: 0 };
  const [worst, best] = sign === 1 ? range : [range[1], range[0]];
  return { value: sign * (value ?? worst), baselineValue: sign * (baselineValue ?? best) };
}

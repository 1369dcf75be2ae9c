/** What errors and undefined scores could hide. They are no scores; but a gate that holds only because the answers that
 *  are missing would have been the bad ones has not been shown to hold (Manski 1990, "Nonparametric bounds"). */
import type { MetricSpec, SampleRecord } from '../../reports/report-data.ts';
import { isErrorOf, quantileOf, scoreOf, summarize, type Summary } from './aggregate.ts';
import { errorsInWords } from './error-classes.ts';
import { scoreRange } from './score-range.ts';
import { counted } from './words.ts';

/** Beyond any score: where a quantile is all that counts. */
const BEYOND = 1e300;

/** What a gate's author says of undefined scores: that they are none of the model's doing. */
type UndefinedScores = 'leaveOut' | undefined;

/** `2 timeouts, 1 undefined score` of the answers that could hide something; empty where none could. */
export function hiddenInWords(summary: Summary, undefinedScores: UndefinedScores): string {
  const undefinedCount = undefinedScores === 'leaveOut' ? 0 : summary.undefinedCount;
  return [
    ...(summary.errors > 0 ? [errorsInWords(summary.errorClasses)] : []),
    ...(undefinedCount > 0 ? [counted(undefinedCount, 'undefined score')] : []),
  ].join(', ');
}

/** What to do about them. */
export function hiddenRemedy(summary: Summary, undefinedScores: UndefinedScores): string {
  return [
    ...(summary.errors > 0 ? ['ask those with an error again in a new run'] : []),
    ...(undefinedScores !== 'leaveOut' && summary.undefinedCount > 0
      ? ['where undefined scores are none of the model’s doing, say `undefinedScores: leaveOut`']
      : []),
  ].join('; ');
}

/** The metric with its interval if each error, and each undefined score that is not left out, had been the worst answer;
 *  null where there is none of either.
 *  On a scale without bounds the worst answer is the worst that was seen, which is less than the worst there is.
 *  @param worst the end of the scale that is */
export function summaryAtWorst(
  summary: Summary,
  worst: 'low' | 'high',
  confidence: number,
  undefinedScores: UndefinedScores,
): Summary | null {
  const { task, spec, records, scores } = summary;
  if (hiddenInWords(summary, undefinedScores) === '' || scores.length === 0) return null;
  // The records are single observations already.
  const { outOf: _, ...single } = spec;
  const end = worstScore(spec, scores, worst);
  const isHidden = (record: SampleRecord): boolean =>
    isErrorOf(record, spec) || (undefinedScores !== 'leaveOut' && scoreOf(record, spec) === null);
  const filled = records.map((record) =>
    isHidden(record) ? { ...record, error: null, scores: { [spec.score]: end } } : record,
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

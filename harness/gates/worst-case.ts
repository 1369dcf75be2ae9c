/** What errors and undefined scores could hide. They are no scores; but a gate that holds only because the answers that
 *  are missing would have been the bad ones has not been shown to hold (Manski 1990, "Nonparametric bounds"). */
import type { MetricSpec, SampleRecord } from '../../reports/report-data.ts';
import { isErrorOf, quantileOf, scoreOf, summarize, type Summary } from './aggregate.ts';
import { errorsInWords } from './error-classes.ts';
import { scoreRange } from './score-range.ts';
import { counted } from './words.ts';

/** Beyond any score: where a quantile is all that counts. */
const BEYOND = 1e300;

/** Answers that are missing from the scores of a metric and may have been bad ones. */
export interface HiddenAnswers {
  readonly holds: (record: SampleRecord) => boolean;
  /** `2 timeouts, 1 undefined score`. */
  readonly words: string;
  readonly remedy: string;
}

/** Null where there are none.
 *  @param leavesOut undefined scores are none of the model's doing, says the gate's author */
export function hiddenAnswers(summary: Summary, leavesOut: boolean): HiddenAnswers | null {
  const { spec, errors, errorClasses } = summary;
  const undefinedCount = leavesOut ? 0 : summary.undefinedCount;
  if (errors === 0 && undefinedCount === 0) return null;
  const [words, remedies]: [string[], string[]] = [[], []];
  if (errors > 0) {
    words.push(errorsInWords(errorClasses));
    remedies.push('ask those with an error again in a new run');
  }
  if (undefinedCount > 0) {
    words.push(counted(undefinedCount, 'undefined score'));
    remedies.push("where undefined scores are none of the model's doing, say `undefinedScores: leaveOut`");
  }
  return {
    holds: (record) => isErrorOf(record, spec) || (undefinedCount > 0 && scoreOf(record, spec) === null),
    words: words.join(', '),
    remedy: remedies.join('; '),
  };
}

/** The metric with its interval if each hidden answer had been the worst.
 *  On a scale without bounds the worst answer is the worst that was seen, which is less than the worst there is.
 *  @param summary with a score
 *  @param worst the end of the scale that is */
export function summaryAtWorst(
  { task, spec, records, scores }: Summary,
  hidden: HiddenAnswers,
  worst: 'low' | 'high',
  confidence: number,
): Summary {
  // The records are single observations already.
  const { outOf: _, ...single } = spec;
  const end = worstScore(spec, scores, worst);
  const filled = records.map((record) =>
    hidden.holds(record) ? { ...record, error: null, scores: { [spec.score]: end } } : record,
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

/** Reads a judge's reply, strictly: its last line is `VERDICT: …` and no other line begins so. Anything else is an
 *  error, never a score. Knows replies; knows nothing of prompts. */
import type { GenerateResult } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';

const SHOWN = 160;

function unparseable(why: string, text: string): HarnessError {
  const end = text.trim().slice(-SHOWN);
  return new HarnessError('E_JUDGE_UNPARSEABLE', `The judge's reply ${why}: ${JSON.stringify(end)}`);
}

/** What stands behind `VERDICT:`.
 *  @throws E_JUDGE_UNPARSEABLE */
function verdictOf({ text, finishReason }: Pick<GenerateResult, 'text' | 'finishReason'>): string {
  // `VERDICT: 1` may be the beginning of 10.
  if (finishReason === 'length') throw unparseable('was cut off', text);
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const verdicts = lines.filter((line) => /^\W*verdict\b/i.test(line));
  if (verdicts.length === 0) throw unparseable('has no line VERDICT', text);
  // A quotation of what it judges, or a change of mind: which of them counts is not ours to say.
  if (verdicts.length > 1) throw unparseable(`has ${verdicts.length} lines VERDICT`, text);
  const said = /^VERDICT: (\S+)$/.exec(lines.at(-1)!)?.[1];
  if (said === undefined) throw unparseable('does not end with a line VERDICT: …', text);
  return said;
}

/** A whole number on the scale.
 *  @throws E_JUDGE_UNPARSEABLE */
export function scoreVerdict(
  reply: Pick<GenerateResult, 'text' | 'finishReason'>,
  { low, high }: { readonly low: number; readonly high: number },
): number {
  const said = verdictOf(reply);
  const score = /^-?\d{1,6}$/.test(said) ? Number(said) : NaN;
  if (!(score >= low && score <= high)) {
    throw unparseable(`gives no whole number from ${low} to ${high}`, reply.text);
  }
  return score;
}

export type Choice = 'A' | 'B' | 'TIE';

/** @throws E_JUDGE_UNPARSEABLE */
export function choiceVerdict(reply: Pick<GenerateResult, 'text' | 'finishReason'>): Choice {
  const said = verdictOf(reply);
  if (said === 'A' || said === 'B' || said === 'TIE') return said;
  throw unparseable('chooses neither A, B nor TIE', reply.text);
}

/** Exact match and token F1 of short answers, as SQuAD v1.1 (Rajpurkar et al. 2016, arXiv:1606.05250) normalises
 *  them and as transformers' squad_metrics computes them: of several references the best counts.
 *  Knows nothing of prompts or tasks. */
import { splitWhitespace } from './python-text.ts';
import { referenceList, type References } from './references.ts';
import { signature } from './signature.ts';

/** `string.punctuation` of Python. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** Whole words as Python sees them: no letter, number or underscore of any script on either side. */
const ARTICLES = /(?<![\p{L}\p{N}_])(?:an?|the)(?![\p{L}\p{N}_])/gu;

/** Lower case, no ASCII punctuation, no English article: the words that are left. */
export function answerWords(text: string): string[] {
  return splitWhitespace(text.toLowerCase().replace(PUNCTUATION, '').replace(ARTICLES, ' '));
}

/** 1 when the normalised texts are equal to any reference, else 0.
 *  @throws E_INPUT_INVALID without a reference */
export function exactMatch(hypothesis: string, references: References): 0 | 1 {
  const answer = answerWords(hypothesis).join(' ');
  return referenceList(references).some((each) => answerWords(each).join(' ') === answer) ? 1 : 0;
}

function f1(answer: readonly string[], reference: readonly string[]): number {
  // Two empty answers agree: SQuAD v2.0, which v1.1 has no case for.
  if (answer.length === 0 || reference.length === 0) return answer.length === reference.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const word of reference) left.set(word, (left.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of answer) {
    const count = left.get(word) ?? 0;
    if (count > 0) {
      same++;
      left.set(word, count - 1);
    }
  }
  if (same === 0) return 0;
  const precision = same / answer.length;
  const recall = same / reference.length;
  return (2 * precision * recall) / (precision + recall);
}

/** F1 of the words that a text shares with a reference, in [0, 1].
 *  @throws E_INPUT_INVALID without a reference */
export function tokenF1(hypothesis: string, references: References): number {
  const answer = answerWords(hypothesis);
  return Math.max(...referenceList(references).map((each) => f1(answer, answerWords(each))));
}

/** Such as `exactMatch|norm:squad|refs:best|harness:2`. */
export function answerMatchSignature(name: 'exactMatch' | 'tokenF1'): string {
  return `${name}|${signature({ norm: 'squad', refs: 'best' })}`;
}

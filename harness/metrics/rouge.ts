/** ROUGE (Lin 2004), to the last digit as google's rouge_score 0.1.2: tokens are runs of ASCII letters and
 *  digits (a text in another script scores 0), optionally stemmed; of several references the one with the best
 *  F1 counts, for each type by itself. Knows nothing of files, tasks or intervals. */
import { commonSubsequenceLength, commonSubsequencePositions } from './common-subsequence.ts';
import { clippedMatches, tokenNumbers, type TokenNumbers } from './ngram-counts.ts';
import { porterStem } from './porter-stemmer.ts';
import { referenceList, type References } from './references.ts';
import { referenceCount, signature } from './signature.ts';

export const rougeTypes = ['rouge1', 'rouge2', 'rougeL', 'rougeLsum'] as const;

export type RougeType = (typeof rougeTypes)[number];

export interface RougeOptions {
  /** Porter's stemmer on words of more than three letters. Default false. */
  readonly stem?: boolean;
}

/** Each in [0, 1]; 0 where a side has no token. */
export interface RougeScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

const stems = new Map<string, string>();

/** Stems repeat; the memory is bounded because words of a hostile text do not. */
function stemOf(word: string): string {
  if (word.length <= 3) return word;
  let stem = stems.get(word);
  if (stem === undefined) {
    stem = porterStem(word);
    if (stems.size >= 50_000) stems.clear();
    if (word.length <= 40) stems.set(word, stem);
  }
  return stem;
}

/** Runs of ASCII letters and digits, lower case. */
function rougeTokens(text: string, options: RougeOptions = {}): string[] {
  const lower = text.toLowerCase();
  const tokens: string[] = [];
  let start = -1;
  for (let at = 0; at <= lower.length; at++) {
    const unit = at < lower.length ? lower.charCodeAt(at) : 0;
    if ((unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39)) {
      if (start < 0) start = at;
    } else if (start >= 0) {
      tokens.push(lower.slice(start, at));
      start = -1;
    }
  }
  return options.stem ? tokens.map(stemOf) : tokens;
}

function score(hits: number, hypothesisTotal: number, referenceTotal: number): RougeScore {
  const precision = hits / Math.max(hypothesisTotal, 1);
  const recall = hits / Math.max(referenceTotal, 1);
  const sum = precision + recall;
  return { precision, recall, f1: sum > 0 ? (2 * precision * recall) / sum : 0 };
}

function ngramScore(hypothesis: Int32Array, reference: Int32Array, order: number): RougeScore {
  const hits = clippedMatches(hypothesis, [reference], order)[order - 1]!;
  return score(hits, Math.max(0, hypothesis.length - order + 1), Math.max(0, reference.length - order + 1));
}

function tally(sentences: readonly Int32Array[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const sentence of sentences) {
    for (const token of sentence) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return counts;
}

/** Union of each reference sentence's common subsequences with all hypothesis sentences (Lin 2004, section
 *  3.2); a token counts no more often than either side has it. */
function summaryScore(hypothesis: readonly Int32Array[], reference: readonly Int32Array[]): RougeScore {
  const length = (sentences: readonly Int32Array[]) => sentences.reduce((sum, each) => sum + each.length, 0);
  const leftInHypothesis = tally(hypothesis);
  const leftInReference = tally(reference);
  let hits = 0;
  for (const sentence of reference) {
    const union = new Uint8Array(sentence.length);
    for (const other of hypothesis) {
      for (const position of commonSubsequencePositions(sentence, other)) union[position] = 1;
    }
    for (let position = 0; position < sentence.length; position++) {
      if (!union[position]) continue;
      const token = sentence[position]!;
      const inHypothesis = leftInHypothesis.get(token) ?? 0;
      const inReference = leftInReference.get(token) ?? 0;
      if (inHypothesis > 0 && inReference > 0) {
        hits++;
        leftInHypothesis.set(token, inHypothesis - 1);
        leftInReference.set(token, inReference - 1);
      }
    }
  }
  return score(hits, length(hypothesis), length(reference));
}

/** Sentences of ROUGE-Lsum are lines. */
function lineTokens(text: string, numbers: TokenNumbers, options: RougeOptions): Int32Array[] {
  return text
    .split('\n')
    .filter((line) => line.length > 0)
    .map((line) => numbers.of(rougeTokens(line, options)));
}

function scoreAgainst(
  hypothesis: string,
  reference: string,
  types: readonly RougeType[],
  options: RougeOptions,
): Record<RougeType, RougeScore> {
  const numbers = tokenNumbers();
  const a = numbers.of(rougeTokens(hypothesis, options));
  const b = numbers.of(rougeTokens(reference, options));
  const byType: Record<RougeType, () => RougeScore> = {
    rouge1: () => ngramScore(a, b, 1),
    rouge2: () => ngramScore(a, b, 2),
    rougeL: () => score(commonSubsequenceLength(b, a), a.length, b.length),
    rougeLsum: () =>
      summaryScore(lineTokens(hypothesis, numbers, options), lineTokens(reference, numbers, options)),
  };
  const none = { precision: 0, recall: 0, f1: 0 };
  const result: Record<RougeType, RougeScore> = { rouge1: none, rouge2: none, rougeL: none, rougeLsum: none };
  for (const type of types) result[type] = byType[type]();
  return result;
}

/** ROUGE-1, -2, -L and -Lsum, each { precision, recall, f1 } in [0, 1]; types not asked for are 0.
 *  @throws E_INPUT_INVALID without a reference */
export function calculateRouge(
  hypothesis: string,
  references: References,
  options: RougeOptions & { readonly types?: readonly RougeType[] } = {},
): Readonly<Record<RougeType, RougeScore>> {
  const types = options.types ?? rougeTypes;
  const [first, ...others] = referenceList(references).map((each) =>
    scoreAgainst(hypothesis, each, types, options),
  );
  const best = first!;
  for (const other of others) {
    for (const type of types) if (other[type].f1 > best[type].f1) best[type] = other[type];
  }
  return best;
}

/** Such as `rougeL|nrefs:1|stem:no|version:rouge_score-0.1.2|harness:1`. */
export function rougeSignature(
  type: RougeType | 'rouge',
  references: readonly (readonly string[])[],
  options: RougeOptions = {},
): string {
  return `${type}|${signature({
    nrefs: referenceCount(references),
    stem: options.stem ? 'yes' : 'no',
    version: 'rouge_score-0.1.2',
  })}`;
}

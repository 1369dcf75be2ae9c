/** ROUGE (Lin 2004), to the last digit as google's rouge_score 0.1.2: tokens are runs of ASCII letters and
 *  digits (a text in another script scores 0), optionally stemmed; of several references the one with the best
 *  F1 counts, for each type by itself. Knows nothing of files, tasks or intervals. */
import { commonSubsequenceLength, commonSubsequencePositions } from './common-subsequence.ts';
import { clippedMatches } from './ngram-counts.ts';
import { porterStem } from './porter-stemmer.ts';
import { referenceList, type References } from './references.ts';
import { referenceCount, signature } from './signature.ts';
import { scratchUnits, TokenNumbers } from './token-numbers.ts';

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

const words = new TokenNumbers();
/** Stem of each word, by their numbers; -1 where it has not been asked for. */
let stems: number[] = [];
let stemsEpoch = 0;

/** Forgets words where they have become many, and their stems with them. */
function tidy(): void {
  if (words.tidy().epoch !== stemsEpoch) {
    stems = [];
    stemsEpoch = words.epoch;
  }
}

function stemOf(word: number): number {
  const known = stems[word] ?? -1;
  if (known >= 0) return known;
  const text = words.token(word);
  const stem = text.length <= 3 ? word : words.ofAll([porterStem(text)])[0]!;
  while (stems.length <= word) stems.push(-1);
  stems[word] = stem;
  return stem;
}

/** Numbers of the runs of ASCII letters and digits, lower case. */
function rougeTokens(text: string, { stem = false }: RougeOptions): number[] {
  const lower = text.toLowerCase();
  const units = scratchUnits(lower.length);
  const tokens: number[] = [];
  let start = -1;
  for (let at = 0; at <= lower.length; at++) {
    const unit = at < lower.length ? lower.charCodeAt(at) : 0;
    if ((unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39)) {
      if (start < 0) start = at;
      units[at] = unit;
    } else if (start >= 0) {
      tokens.push(words.of(units, start, at));
      start = -1;
    }
  }
  return stem ? tokens.map(stemOf) : tokens;
}

function score(hits: number, hypothesisTotal: number, referenceTotal: number): RougeScore {
  const precision = hits / Math.max(hypothesisTotal, 1);
  const recall = hits / Math.max(referenceTotal, 1);
  const sum = precision + recall;
  return { precision, recall, f1: sum > 0 ? (2 * precision * recall) / sum : 0 };
}

function tally(sentences: readonly (readonly number[])[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const sentence of sentences) {
    for (const token of sentence) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return counts;
}

/** Positions of a sentence that some hypothesis sentence's common subsequence with it has. Equal sentences are
 *  compared once, and those without a common word never: what is left may be quadratic in the number of lines. */
function unionsWith(hypothesis: readonly (readonly number[])[]): (sentence: readonly number[]) => Uint8Array {
  const distinct = new Map(hypothesis.map((each) => [each.join(' '), each]));
  const withToken = new Map<number, Set<readonly number[]>>();
  for (const each of distinct.values()) {
    for (const token of each) {
      const known = withToken.get(token);
      if (known === undefined) withToken.set(token, new Set([each]));
      else known.add(each);
    }
  }
  const unions = new Map<string, Uint8Array>();
  return (sentence) => {
    const key = sentence.join(' ');
    let union = unions.get(key);
    if (union === undefined) {
      unions.set(key, (union = new Uint8Array(sentence.length)));
      const others = new Set([...new Set(sentence)].flatMap((token) => [...(withToken.get(token) ?? [])]));
      for (const other of others) {
        for (const position of commonSubsequencePositions(sentence, other)) union[position] = 1;
      }
    }
    return union;
  };
}

/** Union of each reference sentence's common subsequences with all hypothesis sentences (Lin 2004, section
 *  3.2); a token counts no more often than either side has it. */
function summaryScore(
  hypothesis: readonly (readonly number[])[],
  reference: readonly (readonly number[])[],
): RougeScore {
  const length = (sentences: readonly (readonly number[])[]) =>
    sentences.reduce((sum, each) => sum + each.length, 0);
  const leftInHypothesis = tally(hypothesis);
  const leftInReference = tally(reference);
  const unionWith = unionsWith(hypothesis);
  let hits = 0;
  for (const sentence of reference) {
    const union = unionWith(sentence);
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

/** A text as the types read it; ROUGE-Lsum's sentences are its lines. */
interface RougeText {
  readonly tokens: readonly number[];
  readonly lines: readonly (readonly number[])[];
}

function read(text: string, types: readonly RougeType[], options: RougeOptions): RougeText {
  const lines = types.includes('rougeLsum') ? text.split('\n').filter((line) => line.length > 0) : [];
  return {
    tokens: types.some((type) => type !== 'rougeLsum') ? rougeTokens(text, options) : [],
    lines: lines.map((line) => rougeTokens(line, options)),
  };
}

function scoreAgainst(
  { tokens, lines }: RougeText,
  reference: RougeText,
  types: readonly RougeType[],
): Record<RougeType, RougeScore> {
  const maxOrder = types.includes('rouge2') ? 2 : types.includes('rouge1') ? 1 : 0;
  const matches = clippedMatches(tokens, [reference.tokens], maxOrder);
  const ngrams = (order: number) =>
    score(
      matches[order - 1]!,
      Math.max(0, tokens.length - order + 1),
      Math.max(0, reference.tokens.length - order + 1),
    );
  const none = { precision: 0, recall: 0, f1: 0 };
  const result: Record<RougeType, RougeScore> = { rouge1: none, rouge2: none, rougeL: none, rougeLsum: none };
  for (const type of types) {
    if (type === 'rouge1') result.rouge1 = ngrams(1);
    else if (type === 'rouge2') result.rouge2 = ngrams(2);
    else if (type === 'rougeLsum') result.rougeLsum = summaryScore(lines, reference.lines);
    else {
      const length = commonSubsequenceLength(reference.tokens, tokens);
      result.rougeL = score(length, tokens.length, reference.tokens.length);
    }
  }
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
  tidy();
  const text = read(hypothesis, types, options);
  const [first, ...others] = referenceList(references).map((each) =>
    scoreAgainst(text, read(each, types, options), types),
  );
  const best = first!;
  for (const other of others) {
    for (const type of types) if (other[type].f1 > best[type].f1) best[type] = other[type];
  }
  return best;
}

/** Such as `rougeL|nrefs:1|stem:no|version:rouge_score-0.1.2|harness:2`. */
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

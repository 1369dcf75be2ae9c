/** chrF and chrF++ (Popović 2015 and 2017), to the last digit as sacrebleu 2.6.0: F-score of character n-grams,
 *  and of word n-grams where a word order is given (chrF++ is word order 2). Characters are code points.
 *  As with BLEU, counts add up over segments and a score is made of the sum. Knows nothing of files or tasks. */
import { accumulated, sumAccumulator, type Accumulator, type Segment } from './accumulator.ts';
import type { MetricValue } from './metric-value.ts';
import { clippedMatches } from './ngram-counts.ts';
import { isPythonSpace } from './python-text.ts';
import { referenceList, type References } from './references.ts';
import { referenceCount, signature } from './signature.ts';
import { scratchUnits, tokenNumbers, type TokenNumbers } from './token-numbers.ts';

export interface ChrfOptions {
  /** Longest character n-gram; default 6. */
  readonly charOrder?: number;
  /** Longest word n-gram; default 0, 2 makes chrF++. */
  readonly wordOrder?: number;
  /** Weight of recall against precision; default 2. */
  readonly beta?: number;
  readonly lowercase?: boolean;
  /** Counts white space among the characters. */
  readonly whitespace?: boolean;
  /** Smooths orders without n-grams as chrF++.py does, instead of leaving them out. */
  readonly epsSmoothing?: boolean;
}

/** For each order, characters first: n-grams of the hypothesis, of the reference, and matches. */
export type ChrfCounts = readonly number[];

type ChrfSettings = Required<ChrfOptions>;

function settings(options: ChrfOptions): ChrfSettings {
  return {
    charOrder: 6,
    wordOrder: 0,
    beta: 2,
    lowercase: false,
    whitespace: false,
    epsSmoothing: false,
    ...options,
  };
}

/** Code points, without white space unless it counts. */
function codePoints(text: string, whitespace: boolean): number[] {
  const points: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const point = text.codePointAt(at)!;
      points.push(point);
      if (point > 0xffff) at++;
    } else if (whitespace || !isPythonSpace(unit)) points.push(unit);
  }
  return points;
}

const isPunctuation = (unit: number) =>
  unit > 0x20 && unit < 0x7f && !(unit >= 0x30 && unit <= 0x39) && !isAsciiLetter(unit);
const isAsciiLetter = (unit: number) => (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a);

/** Numbers of the words, with one mark of ASCII punctuation apart: the last one, else the first. */
function words(text: string, numbers: TokenNumbers): number[] {
  const units = scratchUnits(text.length + 1);
  const tokens: number[] = [];
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const unit = at < text.length ? text.charCodeAt(at) : 0x20;
    units[at] = unit;
    if (!isPythonSpace(unit)) {
      if (start < 0) start = at;
    } else if (start >= 0) {
      let cut = start;
      if (at - start > 1) {
        if (isPunctuation(units[at - 1]!)) cut = at - 1;
        else if (isPunctuation(units[start]!)) cut = start + 1;
      }
      if (cut > start) tokens.push(numbers.of(units, start, cut));
      tokens.push(numbers.of(units, cut, at));
      start = -1;
    }
  }
  return tokens;
}

interface Sequences {
  readonly characters: readonly number[];
  readonly words: readonly number[];
}

/** [n-grams of a, of b, matches] of each order; those of a do not count where b has none. */
function countOrders(a: readonly number[], b: readonly number[], maxOrder: number): number[] {
  const matches = clippedMatches(a, [b], maxOrder);
  return matches.flatMap((match, at) => {
    const inB = Math.max(0, b.length - at);
    return [inB > 0 ? Math.max(0, a.length - at) : 0, inB, match];
  });
}

/** The score that counts make, in [0, 100]. */
export function chrfFromCounts(counts: ChrfCounts, options: ChrfOptions = {}): number {
  const { charOrder, wordOrder, beta, epsSmoothing } = settings(options);
  const eps = 1e-16;
  const factor = beta ** 2;
  let smoothed = 0;
  let precisions = 0;
  let recalls = 0;
  let orders = 0;
  for (let order = 0; order < charOrder + wordOrder; order++) {
    const inHypothesis = counts[order * 3]!;
    const inReference = counts[order * 3 + 1]!;
    const matches = counts[order * 3 + 2]!;
    const precision = inHypothesis > 0 ? matches / inHypothesis : eps;
    const recall = inReference > 0 ? matches / inReference : eps;
    const denominator = factor * precision + recall;
    smoothed += denominator > 0 ? ((1 + factor) * precision * recall) / denominator : eps;
    if (inHypothesis > 0 && inReference > 0) {
      precisions += precision;
      recalls += recall;
      orders++;
    }
  }
  if (epsSmoothing) return (100 * smoothed) / (charOrder + wordOrder);
  if (precisions + recalls === 0) return 0;
  const precision = precisions / orders;
  const recall = recalls / orders;
  return (100 * (1 + factor) * precision * recall) / (factor * precision + recall);
}

/** Counts of one segment against the reference with the best score.
 *  @throws E_INPUT_INVALID without a reference */
export function chrfCounts(
  hypothesis: string,
  references: References,
  options: ChrfOptions = {},
): ChrfCounts {
  const { charOrder, wordOrder, lowercase, whitespace } = settings(options);
  const numbers = tokenNumbers();
  const sequences = (text: string): Sequences => {
    const cased = lowercase ? text.toLowerCase() : text;
    return {
      characters: codePoints(cased, whitespace),
      words: wordOrder > 0 ? words(cased, numbers) : [],
    };
  };
  const text = sequences(hypothesis);
  let best: ChrfCounts = [];
  let bestScore = -1;
  for (const reference of referenceList(references)) {
    const other = sequences(reference);
    const counts = [
      ...countOrders(text.characters, other.characters, charOrder),
      ...countOrders(text.words, other.words, wordOrder),
    ];
    const score = chrfFromCounts(counts, options);
    if (score > bestScore) {
      best = counts;
      bestScore = score;
    }
  }
  return best;
}

/** chrF of one sentence, in [0, 100]. @throws E_INPUT_INVALID without a reference */
export function calculateChrf(hypothesis: string, references: References, options: ChrfOptions = {}): number {
  return chrfFromCounts(chrfCounts(hypothesis, references, options), options);
}

/** chrF of a corpus, in [0, 100], text by text in constant memory: from summed counts, not a mean of sentence
 *  scores. Adding throws E_INPUT_INVALID for a text without a reference. */
export function corpusChrfAccumulator(options: ChrfOptions = {}): Accumulator<Segment> {
  return sumAccumulator(
    ({ hypothesis, references }: Segment) => chrfCounts(hypothesis, references, options),
    (sums) => chrfFromCounts(sums, options),
  );
}

/** chrF of a corpus, in [0, 100]: the batch form of corpusChrfAccumulator; null without a segment.
 *  @throws E_INPUT_INVALID when a segment has no reference */
export function corpusChrf(segments: Iterable<Segment>, options: ChrfOptions = {}): MetricValue {
  return accumulated(corpusChrfAccumulator(options), segments);
}

/** As sacrebleu prints it, then ours: `nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0|harness:2`.
 *  @param references of every segment; only their number counts */
export function chrfSignature(references: readonly (readonly string[])[], options: ChrfOptions = {}): string {
  const { charOrder, wordOrder, beta, lowercase, whitespace, epsSmoothing } = settings(options);
  return signature({
    nrefs: referenceCount(references),
    case: lowercase ? 'lc' : 'mixed',
    eff: epsSmoothing ? 'no' : 'yes',
    nc: charOrder,
    nw: wordOrder,
    space: whitespace ? 'yes' : 'no',
    // sacrebleu names beta only in the metric's name, chrF2.
    beta: beta === 2 ? undefined : beta,
    version: '2.6.0',
  });
}

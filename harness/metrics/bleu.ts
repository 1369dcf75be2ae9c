/** BLEU (Papineni et al. 2002), to the last digit as sacrebleu 2.6.0 (Post 2018, arXiv:1804.08771).
 *  A segment becomes counts, counts add up, and a score is made of the sum: so a corpus score is no mean of
 *  sentence scores, and resampling adds counts. Knows nothing of files, tasks or intervals. */
import { HarnessError } from '../errors.ts';
import { sumAccumulator, type Accumulator, type Segment } from './accumulator.ts';
import { tokenNumbers13a } from './bleu-13a.ts';
import { bleuTokenizers, type BleuTokenizer } from './bleu-tokenizers.ts';
import { clippedMatches } from './ngram-counts.ts';
import { trimEnd } from './python-text.ts';
import { referenceList, type References } from './references.ts';
import { referenceCount, signature } from './signature.ts';
import { tokenNumbers } from './token-numbers.ts';

/** Default of `smoothValue`; null where the method takes none. Source: Chen and Cherry 2014, W14-3346. */
export const bleuSmoothing = { none: null, floor: 0.1, 'add-k': 1, exp: null } as const;

export type BleuSmoothing = keyof typeof bleuSmoothing;

export interface BleuOptions {
  /** Default 13a. */
  readonly tokenize?: BleuTokenizer;
  /** Default exp. */
  readonly smooth?: BleuSmoothing;
  /** For floor (default 0.1) and add-k (default 1). */
  readonly smoothValue?: number;
  /** Leaves out orders that the text is too short for. Default true for a sentence, false for a corpus. */
  readonly effectiveOrder?: boolean;
  readonly lowercase?: boolean;
  /** Default 4. */
  readonly maxOrder?: number;
}

/** Sums over segments, all integers: what a score is made of. */
export interface BleuCounts {
  readonly hypothesisLength: number;
  /** Of the reference closest in length, the shorter one on a tie. */
  readonly referenceLength: number;
  /** (maxOrder,) n-grams found in a reference, clipped. */
  readonly matches: readonly number[];
  /** (maxOrder,) n-grams of the hypothesis. */
  readonly totals: readonly number[];
}

export interface BleuScore extends BleuCounts {
  /** In [0, 100]. */
  readonly score: number;
  /** (maxOrder,) in [0, 100], smoothed. */
  readonly precisions: readonly number[];
  /** In [0, 1]. */
  readonly brevityPenalty: number;
}

interface BleuSettings {
  readonly tokenize: BleuTokenizer;
  readonly smooth: BleuSmoothing;
  readonly smoothValue: number | null;
  readonly effectiveOrder: boolean;
  readonly lowercase: boolean;
  readonly maxOrder: number;
}

function settings(options: BleuOptions, effectiveOrder: boolean): BleuSettings {
  const smooth = options.smooth ?? 'exp';
  return {
    tokenize: options.tokenize ?? '13a',
    smooth,
    smoothValue: bleuSmoothing[smooth] === null ? null : (options.smoothValue ?? bleuSmoothing[smooth]),
    effectiveOrder: options.effectiveOrder ?? effectiveOrder,
    lowercase: options.lowercase ?? false,
    maxOrder: options.maxOrder ?? 4,
  };
}

function closestLength(length: number, candidates: readonly number[]): number {
  return candidates.reduce((best, each) => {
    const difference = Math.abs(length - each) - Math.abs(length - best);
    return difference < 0 || (difference === 0 && each < best) ? each : best;
  });
}

/** Counts of one segment. @throws E_INPUT_INVALID without a reference */
export function bleuCounts(
  hypothesis: string,
  references: References,
  options: BleuOptions = {},
): BleuCounts {
  const { tokenize, lowercase, maxOrder } = settings(options, false);
  const numbers = tokenNumbers();
  const tokens = (text: string) => {
    const line = trimEnd(lowercase ? text.toLowerCase() : text);
    return tokenize === '13a'
      ? tokenNumbers13a(line, numbers)
      : numbers.ofAll(bleuTokenizers[tokenize](line));
  };
  const text = tokens(hypothesis);
  const others = referenceList(references).map(tokens);
  return {
    hypothesisLength: text.length,
    referenceLength: closestLength(
      text.length,
      others.map((each) => each.length),
    ),
    matches: clippedMatches(text, others, maxOrder),
    totals: Array.from({ length: maxOrder }, (_, order) => Math.max(0, text.length - order)),
  };
}

/** Counts in a row, as they add up: (2 + 2 * maxOrder,) lengths of hypothesis and reference, matches, totals. */
export function bleuParts({ hypothesisLength, referenceLength, matches, totals }: BleuCounts): number[] {
  return [hypothesisLength, referenceLength, ...matches, ...totals];
}

/** Counts from such a row. */
export function bleuFromParts([hypothesisLength, referenceLength, ...rest]: readonly number[]): BleuCounts {
  return {
    hypothesisLength: hypothesisLength!,
    referenceLength: referenceLength!,
    matches: rest.slice(0, rest.length / 2),
    totals: rest.slice(rest.length / 2),
  };
}

/** The score that counts make, in [0, 100]; no match at all is 0, whatever the smoothing. */
export function bleuFromCounts(counts: BleuCounts, options: BleuOptions = {}): BleuScore {
  const { smooth, smoothValue, effectiveOrder, maxOrder } = settings(options, false);
  const { hypothesisLength, referenceLength } = counts;
  const precisions = Array.from({ length: maxOrder }, () => 0);
  let brevityPenalty = 1;
  if (hypothesisLength < referenceLength) {
    brevityPenalty = hypothesisLength > 0 ? Math.exp(1 - referenceLength / hypothesisLength) : 0;
  }
  if (!counts.matches.some((each) => each > 0)) {
    return { ...counts, score: 0, precisions, brevityPenalty };
  }

  let halving = 1;
  let usedOrders = maxOrder;
  for (let order = 0; order < maxOrder; order++) {
    // The unigram is not smoothed: Lin and Och 2004.
    const added = smooth === 'add-k' && order > 0 ? smoothValue! : 0;
    const matches = counts.matches[order]! + added;
    const total = counts.totals[order]! + added;
    if (total === 0) break;
    if (effectiveOrder) usedOrders = order + 1;
    if (matches > 0) precisions[order] = (100 * matches) / total;
    else if (smooth === 'exp') {
      halving *= 2;
      precisions[order] = 100 / (halving * total);
    } else if (smooth === 'floor') precisions[order] = (100 * smoothValue!) / total;
  }

  let logSum = 0;
  for (let order = 0; order < usedOrders; order++) logSum += Math.log(precisions[order]!);
  return { ...counts, score: brevityPenalty * Math.exp(logSum / usedOrders), precisions, brevityPenalty };
}

/** BLEU of one sentence with its counts. Effective order unless told otherwise.
 *  @throws E_INPUT_INVALID without a reference */
export function sentenceBleu(
  hypothesis: string,
  references: References,
  options: BleuOptions = {},
): BleuScore {
  const resolved = { effectiveOrder: true, ...options };
  return bleuFromCounts(bleuCounts(hypothesis, references, resolved), resolved);
}

/** BLEU of one sentence, in [0, 100]. Effective order unless told otherwise.
 *  @throws E_INPUT_INVALID without a reference */
export function calculateBleu(hypothesis: string, references: References, options: BleuOptions = {}): number {
  return sentenceBleu(hypothesis, references, options).score;
}

/** BLEU of a corpus, in [0, 100], text by text in constant memory: from summed counts, not a mean of sentence scores.
 *  Adding throws E_INPUT_INVALID for a text without a reference. */
export function corpusBleuAccumulator(options: BleuOptions = {}): Accumulator<Segment> {
  return bleuAccumulator(options);
}

function bleuAccumulator(options: BleuOptions) {
  return sumAccumulator(
    ({ hypothesis, references }: Segment) => bleuParts(bleuCounts(hypothesis, references, options)),
    (sums) => bleuFromCounts(bleuFromParts(sums), options).score,
  );
}

/** BLEU of a corpus with its counts: the batch form of corpusBleuAccumulator.
 *  @throws E_INPUT_INVALID without a segment, and when a segment has no reference */
export function corpusBleu(segments: readonly Segment[], options: BleuOptions = {}): BleuScore {
  if (segments.length === 0) {
    throw new HarnessError('E_INPUT_INVALID', 'BLEU of a corpus was given no segment.', {
      remedy: 'Give it at least one: a score of nothing is undefined.',
    });
  }
  const accumulator = bleuAccumulator(options);
  for (const segment of segments) accumulator.add(segment);
  return bleuFromCounts(bleuFromParts(accumulator.sums()), options);
}

/** As sacrebleu prints it, then ours: `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0|harness:2`.
 *  @param references of every segment; only their number counts */
export function bleuSignature(
  references: readonly (readonly string[])[],
  options: BleuOptions = {},
  level: 'sentence' | 'corpus' = 'corpus',
): string {
  const { tokenize, smooth, smoothValue, effectiveOrder, lowercase, maxOrder } = settings(
    options,
    level === 'sentence',
  );
  return signature({
    nrefs: referenceCount(references),
    case: lowercase ? 'lc' : 'mixed',
    eff: effectiveOrder ? 'yes' : 'no',
    tok: tokenize,
    smooth: smoothValue === null ? smooth : `${smooth}[${smoothValue.toFixed(2)}]`,
    // sacrebleu leaves the order out of its signature; a score of another order must not pass for one of 4.
    order: maxOrder === 4 ? undefined : maxOrder,
    version: '2.6.0',
  });
}

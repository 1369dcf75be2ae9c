/** Streaming form of every score: texts are added one by one and forgotten, the corpus score is asked for at any time.
 *  One shape for all, in constant memory; a batch form that adds its texts here gives the same number bit for bit.
 *  Knows sums, not what they count. */
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import type { References } from './references.ts';

export interface Accumulator<Text> {
  /** Texts added that have the score. */
  readonly n: number;
  /** @throws E_INPUT_INVALID as the score of one text does; the text then counts for nothing */
  readonly add: (text: Text) => void;
  /** Score of all texts so far; null with the reason where none has one. */
  readonly value: () => MetricValue;
}

/** A text with what it is compared to. */
export interface Segment {
  readonly hypothesis: string;
  readonly references: References;
}

const NOTHING = undefinedBecause('no text has the score');

/** Score made of sums over texts: BLEU, chrF, TER. Counts are integers, and exact up to 2 ** 53.
 *  @param counts (parts,) what a text adds
 *  @param value score that the sums make */
export function sumAccumulator<Text>(
  counts: (text: Text) => readonly number[],
  value: (sums: readonly number[]) => MetricValue,
): Accumulator<Text> & { readonly sums: () => readonly number[] } {
  let n = 0;
  let sums: number[] = [];
  return {
    get n() {
      return n;
    },
    add: (text) => {
      const parts = counts(text);
      if (n++ === 0) sums = [...parts];
      else for (let part = 0; part < parts.length; part++) sums[part]! += parts[part]!;
    },
    sums: () => sums,
    value: () => (n === 0 ? NOTHING : value(sums)),
  };
}

/** Mean of the scores of single texts; those without one are left out. The sum is compensated (Neumaier 1974), so
 *  that a million texts lose no digit. */
export function meanAccumulator<Text>(score: (text: Text) => MetricValue): Accumulator<Text> {
  let n = 0;
  let sum = 0;
  let lost = 0;
  return {
    get n() {
      return n;
    },
    add: (text) => {
      const value = score(text);
      if (typeof value !== 'number') return;
      n++;
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    },
    value: () => (n === 0 ? NOTHING : (sum + lost) / n),
  };
}

/** Batch form of a streaming one. */
export function accumulated<Text>(accumulator: Accumulator<Text>, texts: Iterable<Text>): MetricValue {
  for (const text of texts) accumulator.add(text);
  return accumulator.value();
}

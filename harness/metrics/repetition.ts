/** Repetition and degeneration of a text: how much of it was said before, and whether it runs in a loop.
 *  Source: seq-rep-4 of Welleck et al. 2020 (arXiv:1908.04319). Knows words; knows nothing of meaning. */
import { splitWhitespace } from './python-text.ts';
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import { signature } from './signature.ts';

const N = 4;

/** Longest unit, in words, whose repetition is looked for, and how often it must stand in a row. */
const LONGEST_UNIT = 40;
const COPIES = 3;
/** A loop has at least so many words: "no, no, no" and "very, very, very" are emphasis. */
const FEWEST_LOOPED = 8;

/** Characters of one word that a loop of up to LONGEST_SYLLABLE characters must fill. */
const LONGEST_SYLLABLE = 8;
const FEWEST_CHARACTERS = 40;

const wordsOf = (text: string): string[] =>
  splitWhitespace(text.toLowerCase()).map((word) =>
    word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]{1,20}$/gu, ''),
  );

/** Share of the text's 4-grams of words that occurred before in it, in [0, 1]; null below four words. */
export function repeatedNgrams(text: string): MetricValue {
  const words = splitWhitespace(text.toLowerCase());
  const count = words.length - N + 1;
  if (count < 1) return undefinedBecause(`the text has ${words.length} words; repetition needs ${N}`);
  const distinct = new Set<string>();
  for (let at = 0; at < count; at++) distinct.add(words.slice(at, at + N).join(' '));
  return 1 - distinct.size / count;
}

/** Whether items repeat with some period: `copies` of a unit in a row and at least `fewest` items of them. */
function loops<T>(items: ArrayLike<T>, longest: number, fewest: number): boolean {
  for (let period = 1; period <= Math.min(longest, items.length / COPIES); period++) {
    const needed = Math.max(period * (COPIES - 1), fewest - period);
    let run = 0;
    for (let at = period; at < items.length; at++) {
      run = items[at] === items[at - period] ? run + 1 : 0;
      if (run >= needed) return true;
    }
  }
  return false;
}

/** 1 when a unit of up to 40 words stands three times in a row over eight words or more, or a word is such a loop of
 *  letters; else 0. Rows of punctuation are no loop: they are rules and tables. */
export function detectLoop(text: string): 0 | 1 {
  const words = wordsOf(text).filter((word) => word !== '');
  if (loops(words, LONGEST_UNIT, FEWEST_LOOPED)) return 1;
  return words.some(
    (word) => word.length >= FEWEST_CHARACTERS && loops(word, LONGEST_SYLLABLE, FEWEST_CHARACTERS),
  )
    ? 1
    : 0;
}

export function repeatedNgramsSignature(): string {
  return `repeatedNgrams|${signature({ n: N, case: 'lc', split: 'whitespace' })}`;
}

export function loopSignature(): string {
  return `looping|${signature({ copies: COPIES, unit: `1-${LONGEST_UNIT}`, words: `>=${FEWEST_LOOPED}` })}`;
}

/** Vowels of a word's first pronunciation in CMUdict (Carnegie Mellon University), from npm's
 *  cmu-pronouncing-dictionary. Its one module of 135,155 sorted lines is searched as text: to evaluate it costs
 *  0.25 to 0.5 s of every start, a look-up here some 17 comparisons. A spec holds the two in step. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Lines {
  readonly text: string;
  /** Offsets of the first and behind the last line of words. */
  readonly start: number;
  readonly end: number;
}

let lines: Lines | undefined;

function dictionaryLines(): Lines {
  if (lines === undefined) {
    const path = createRequire(import.meta.url).resolve('cmu-pronouncing-dictionary');
    const text = readFileSync(path, 'latin1');
    lines = { text, start: text.indexOf('{\n') + 2, end: text.lastIndexOf('\n}') + 1 };
  }
  return lines;
}

/** Vowels carry a stress mark, consonants none; a comment may follow. */
function vowels(phones: string): number {
  let count = 0;
  for (const unit of phones) {
    if (unit === '#') break;
    if (unit >= '0' && unit <= '9') count++;
  }
  return count;
}

/** Number of vowels, an integer >= 0; undefined for a word that is not there. @param word in lower case */
export function pronouncedVowels(word: string): number | undefined {
  const { text, start, end } = dictionaryLines();
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    // A line is `  "word": "PHONES",`; further pronunciations follow their word as `word(2)`.
    const line = Math.max(low, text.lastIndexOf('\n', middle - 1) + 1);
    const close = text.indexOf('": "', line);
    const key = text.slice(line + 3, close);
    const further = key.endsWith(')') ? key.indexOf('(') : -1;
    const base = further < 0 ? key : key.slice(0, further);
    if (base === word && further < 0) return vowels(text.slice(close + 4, text.indexOf('"', close + 4)));
    if (base < word) low = text.indexOf('\n', close) + 1;
    else high = line;
  }
  return undefined;
}

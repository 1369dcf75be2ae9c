/** Vowels of a word's first pronunciation in CMUdict (Carnegie Mellon University), from npm's
 *  cmu-pronouncing-dictionary. Its one module of 135,155 lines is read as bytes and indexed where its words stand: to
 *  evaluate it costs 0.25 to 0.5 s of every start, the index a tenth of that, and no word becomes a string. A spec holds
 *  the two in step. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const NEW_LINE = 0x0a;
const QUOTE = 0x22;
const HASH = 0x23;
const CLOSE = 0x29;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;

interface Index {
  readonly bytes: Uint8Array;
  /** Where the word in a slot begins; 0 for none. A power of two of them, half as many words at most. */
  readonly slots: Int32Array;
}

const SLOTS = 2 ** 18;

/** A line is `  "word": "PHONES",`; further pronunciations follow their word as `word(2)`. */
function readIndex(): Index {
  const bytes = readFileSync(createRequire(import.meta.url).resolve('cmu-pronouncing-dictionary'));
  const slots = new Int32Array(SLOTS);
  const end = bytes.lastIndexOf('\n}') + 1;
  for (let line = bytes.indexOf('{\n') + 2; line < end; line++) {
    const word = line + 3;
    let at = word;
    let hash = 0;
    for (; bytes[at] !== QUOTE || bytes[at + 1] !== COLON; at++) hash = Math.imul(hash, 31) + bytes[at]!;
    if (bytes[at - 1] !== CLOSE) {
      let slot = slotOf(hash);
      while (slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
      slots[slot] = word;
    }
    for (line = at; bytes[line] !== NEW_LINE;) line++;
  }
  return { bytes, slots };
}

function slotOf(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) & (SLOTS - 1);
}

/** Whether the word at a place is this one. */
function isWord(bytes: Uint8Array, start: number, word: string): boolean {
  for (let at = 0; at < word.length; at++) if (bytes[start + at] !== word.charCodeAt(at)) return false;
  return bytes[start + word.length] === QUOTE && bytes[start + word.length + 1] === COLON;
}

/** Vowels carry a stress mark, consonants none; a comment may follow. */
function vowels(bytes: Uint8Array, phones: number): number {
  let count = 0;
  for (let at = phones; bytes[at] !== QUOTE && bytes[at] !== HASH; at++) {
    if (bytes[at]! >= ZERO && bytes[at]! <= NINE) count++;
  }
  return count;
}

let index: Index | undefined;

/** Number of vowels, an integer >= 0; undefined for a word that is not there. @param word in lower case */
export function pronouncedVowels(word: string): number | undefined {
  index ??= readIndex();
  const { bytes, slots } = index;
  let hash = 0;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash, 31) + word.charCodeAt(at);
  for (let slot = slotOf(hash); slots[slot] !== 0; slot = (slot + 1) & (SLOTS - 1)) {
    const start = slots[slot]!;
    if (isWord(bytes, start, word)) return vowels(bytes, start + word.length + 4);
  }
  return undefined;
}

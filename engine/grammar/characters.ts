/** Sets of characters, and how they are written as bytes: as UTF-8, or within a JSON string.
 *  Lone surrogates are no text and are left out; so is U+FEFF, which a decoder may take for a byte order mark. */
import { byteRange, call, choice, literal, type Part, sequence } from './grammar.ts';

/** Code points from `low` to `high`. */
export interface CharacterRange {
  readonly low: number;
  readonly high: number;
}

export type CharacterSet = readonly CharacterRange[];

/** How a set is written. */
export type Writing = (characters: CharacterSet) => Part;

const LAST = 0x10ffff;

const UNWRITTEN: CharacterSet = [
  { low: 0xd800, high: 0xdfff },
  { low: 0xfeff, high: 0xfeff },
];

export function characters(text: string): CharacterSet {
  return Array.from(text, (each) => ({ low: each.codePointAt(0)!, high: each.codePointAt(0)! }));
}

/** What is in none of the sets, in order. */
export function complement(...sets: readonly CharacterSet[]): CharacterSet {
  const gaps: CharacterRange[] = [];
  let low = 0;
  for (const range of sets.flat().sort((a, b) => a.low - b.low)) {
    if (range.low > low) gaps.push({ low, high: range.low - 1 });
    low = Math.max(low, range.high + 1);
  }
  if (low <= LAST) gaps.push({ low, high: LAST });
  return gaps;
}

function without(set: CharacterSet, ...others: readonly CharacterSet[]): CharacterSet {
  return complement(complement(set), ...others);
}

export const asUtf8: Writing = (set) => shared(set, 'utf8', (kept) => utf8(kept));

const JSON_SPECIAL: CharacterSet = [{ low: 0, high: 0x1f }, ...characters('"\\')];

/** Within a JSON string, as `JSON.stringify` writes it: an escape only where one must be, and then the shortest. */
export const asJson: Writing = (set) =>
  shared(set, 'json', (kept) => {
    const special: string[] = [];
    for (const { low, high } of without(kept, complement(JSON_SPECIAL))) {
      for (let point = low; point <= high; point++) special.push(String.fromCodePoint(point));
    }
    const escapes = special.map((each) => literal(JSON.stringify(each).slice(1, -1)));
    return choice(utf8(without(kept, JSON_SPECIAL)), ...escapes);
  });

/** One rule for all places where the set is written. */
function shared(set: CharacterSet, writing: string, part: (kept: CharacterSet) => Part): Part {
  const kept = without(set, UNWRITTEN);
  const key = `${writing} ${kept.map(({ low, high }) => `${low}-${high}`).join()}`;
  return call(key, part(kept));
}

const HEX = '[0-9a-fA-F]';

/** Source of an expression for an escape within a JSON string; a surrogate only within a pair. */
export const JSON_ESCAPE = [
  '\\\\["\\\\/bfnrt]',
  `\\\\u([0-9a-cA-CefEF]${HEX}{3}|[dD][0-7]${HEX}{2})`,
  `\\\\u[dD][89abAB]${HEX}{2}\\\\u[dD][c-fC-F]${HEX}{2}`,
].join('|');

function utf8(set: CharacterSet): Part {
  return choice(
    ...set.flatMap(({ low, high }) => byteSequences(low, high)).map((bytes) => sequence(...bytes)),
  );
}

/** Largest code point of each length in bytes. */
const LENGTHS = [0x7f, 0x7ff, 0xffff, LAST];

/** The range as products of byte ranges. */
function byteSequences(low: number, high: number): Part[][] {
  for (const last of LENGTHS) {
    if (low <= last && high > last) return [...byteSequences(low, last), ...byteSequences(last + 1, high)];
  }
  // Where the leading bytes differ, what follows them must be the whole range.
  for (let bits = 6; bits < 6 * Buffer.byteLength(String.fromCodePoint(high)); bits += 6) {
    const rest = 2 ** bits - 1;
    if (low >> bits === high >> bits) continue;
    if ((low & rest) !== 0)
      return [...byteSequences(low, low | rest), ...byteSequences((low | rest) + 1, high)];
    if ((high & rest) !== rest) {
      const next = high & ~rest;
      return [...byteSequences(low, next - 1), ...byteSequences(next, high)];
    }
  }
  const lows = Buffer.from(String.fromCodePoint(low));
  const highs = Buffer.from(String.fromCodePoint(high));
  return [[...lows].map((byte, at) => byteRange(byte, highs[at]!))];
}

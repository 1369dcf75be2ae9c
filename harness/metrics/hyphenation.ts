/** Hyphenation by patterns (Liang 1983, "Word Hy-phen-a-tion by Com-put-er"), as pyphen 0.18.1 applies them:
 *  at least two characters before and after a point. Patterns: Plain TeX's hyphen.tex.
 *  Knows one word at a time; linear in its length. */
import { createRequire } from 'node:module';

/** The package carries Kuiken's 491 additional patterns after TeX's own; pyphen's dictionary does not. */
const TEX_PATTERNS = 4447;
const SHORTEST_PART = 2;

/** Letters of the patterns: `.` for an end of the word, then a to z. */
const LETTERS = 27;
const NOT_A_LETTER = -1;

function letterOf(codePoint: number): number {
  if (codePoint === 0x2e) return 0;
  return codePoint >= 0x61 && codePoint <= 0x7a ? codePoint - 0x60 : NOT_A_LETTER;
}

/** A pattern's letters lead to the values between them, as a tree over letters; node 0 is the root. */
interface PatternTree {
  /** (nodes, 27) the node that a letter leads to; 0 for none. */
  readonly next: Uint16Array;
  /** (nodes + 1,) where the values of the pattern that ends at the node begin. */
  readonly starts: Uint16Array;
  /** Values other than 0, and their places from the pattern's begin. */
  readonly values: Uint8Array;
  readonly places: Uint8Array;
}

function readPatterns(patterns: readonly string[]): PatternTree {
  const next = new Uint16Array(patterns.reduce((sum, each) => sum + each.length, 1) * LETTERS);
  const ends: (readonly number[])[] = [[]];
  for (const pattern of patterns) {
    let node = 0;
    const values = [0];
    for (let at = 0; at < pattern.length; at++) {
      const unit = pattern.charCodeAt(at);
      if (unit >= 0x30 && unit <= 0x39) {
        values[values.length - 1] = unit - 0x30;
        continue;
      }
      values.push(0);
      const edge = node * LETTERS + letterOf(unit);
      if (next[edge] === 0) {
        next[edge] = ends.length;
        ends.push([]);
      }
      node = next[edge]!;
    }
    ends[node] = values;
  }
  const starts = new Uint16Array(ends.length + 1);
  const found: { readonly value: number; readonly place: number }[] = [];
  for (const [end, values] of ends.entries()) {
    for (const [place, value] of values.entries()) if (value > 0) found.push({ value, place });
    starts[end + 1] = found.length;
  }
  return {
    next: next.slice(0, ends.length * LETTERS),
    starts,
    values: Uint8Array.from(found, ({ value }) => value),
    places: Uint8Array.from(found, ({ place }) => place),
  };
}

let tree: PatternTree | undefined;

function patternTree(): PatternTree {
  if (tree === undefined) {
    const { patterns } = createRequire(import.meta.url)('hyphenated-en-us') as {
      readonly patterns: readonly string[];
    };
    tree = readPatterns(patterns.slice(0, TEX_PATTERNS));
  }
  return tree;
}

/** Room for the letters and levels of words that are no longer than words are. */
const LONGEST_WORD = 62;
const shortLetters = new Int8Array(LONGEST_WORD + 2);
const shortLevels = new Uint8Array(LONGEST_WORD + 3);

/** Number of places at which a lower-case word may be divided, an integer >= 0. */
export function hyphenationPoints(word: string): number {
  const { next, starts, values, places } = patternTree();
  const isShort = word.length <= LONGEST_WORD;
  const letters = isShort ? shortLetters : new Int8Array(word.length + 2);
  const levels = isShort ? shortLevels.fill(0, 0, word.length + 3) : new Uint8Array(word.length + 3);
  let length = 1;
  for (let at = 0; at < word.length; at++) {
    const point = word.codePointAt(at)!;
    letters[length++] = letterOf(point);
    if (point > 0xffff) at++;
  }
  letters[0] = letters[length++] = 0;
  for (let start = 0; start < length; start++) {
    let node = 0;
    for (let end = start; end < length && letters[end] !== NOT_A_LETTER; end++) {
      node = next[node * LETTERS + letters[end]!]!;
      if (node === 0) break;
      for (let each = starts[node]!; each < starts[node + 1]!; each++) {
        const at = start + places[each]!;
        if (values[each]! > levels[at]!) levels[at] = values[each]!;
      }
    }
  }
  let points = 0;
  const last = length - 2 - SHORTEST_PART;
  for (let at = SHORTEST_PART; at <= last; at++) points += levels[at + 1]! % 2;
  return points;
}

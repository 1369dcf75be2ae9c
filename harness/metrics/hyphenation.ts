/** Hyphenation by patterns (Liang 1983, "Word Hy-phen-a-tion by Com-put-er"), as pyphen 0.18.1 applies them:
 *  at least two characters before and after a point. Patterns: Plain TeX's hyphen.tex.
 *  Knows one word at a time; linear in its length. */
import { createRequire } from 'node:module';
import { codePointLength } from './python-text.ts';

/** The package carries Kuiken's 491 additional patterns after TeX's own; pyphen's dictionary does not. */
const TEX_PATTERNS = 4447;
const SHORTEST_PART = 2;

/** A pattern's letters lead to the values between them, as a tree over letters. */
interface PatternNode {
  readonly next: Map<string, PatternNode>;
  values?: readonly number[];
}

function readPatterns(patterns: readonly string[]): PatternNode {
  const root: PatternNode = { next: new Map() };
  for (const pattern of patterns) {
    let node = root;
    const values = [0];
    for (const character of pattern) {
      if (character >= '0' && character <= '9') {
        values[values.length - 1] = Number(character);
        continue;
      }
      values.push(0);
      let next = node.next.get(character);
      if (next === undefined) node.next.set(character, (next = { next: new Map() }));
      node = next;
    }
    node.values = values;
  }
  return root;
}

let tree: PatternNode | undefined;

function patternTree(): PatternNode {
  if (tree === undefined) {
    const { patterns } = createRequire(import.meta.url)('hyphenated-en-us') as {
      readonly patterns: readonly string[];
    };
    tree = readPatterns(patterns.slice(0, TEX_PATTERNS));
  }
  return tree;
}

/** Number of places at which a lower-case word may be divided, an integer >= 0. */
export function hyphenationPoints(word: string): number {
  const marked = Array.from(`.${word}.`);
  const levels = new Uint8Array(marked.length + 1);
  const root = patternTree();
  for (let start = 0; start < marked.length; start++) {
    let node = root.next.get(marked[start]!);
    for (let end = start + 1; node !== undefined; end++) {
      const { values } = node;
      if (values !== undefined) {
        for (let at = 0; at < values.length; at++) {
          if (values[at]! > levels[start + at]!) levels[start + at] = values[at]!;
        }
      }
      node = end < marked.length ? node.next.get(marked[end]!) : undefined;
    }
  }
  let points = 0;
  const last = codePointLength(word) - SHORTEST_PART;
  for (let at = SHORTEST_PART; at <= last; at++) points += levels[at + 1]! % 2;
  return points;
}

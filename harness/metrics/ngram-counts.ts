/** Clipped n-gram counts of one text against others, by integers instead of joined strings.
 *  An n-gram is the number of its first n-1 tokens' n-gram together with its last token, so that each order costs
 *  one table look-up a position and no two n-grams are ever confused. Knows nothing of the scores made of them. */

/** Open-addressing table (prefix, token) -> index of the n-gram; one instance is cleared and used again. */
class NgramTable {
  size = 0;
  private mask = 255;
  private prefixes = new Int32Array(256);
  private tokens = new Int32Array(256);
  /** Index + 1 of the n-gram in a slot that belongs to this generation; 0 for none. */
  private slots = new Int32Array(256);
  private generations = new Int32Array(256);
  private generation = 0;

  /** Forgets all n-grams and makes room for `capacity` of them. */
  clear(capacity: number): void {
    this.size = 0;
    if (capacity * 2 > this.mask) {
      let length = this.mask + 1;
      while (length <= capacity * 2) length *= 2;
      this.mask = length - 1;
      this.prefixes = new Int32Array(length);
      this.tokens = new Int32Array(length);
      this.slots = new Int32Array(length);
      this.generations = new Int32Array(length);
      this.generation = 0;
    }
    this.generation++;
  }

  /** Index of an n-gram, which is added where it is new and `insert` is set; -1 where it is not there. */
  index(prefix: number, token: number, insert: boolean): number {
    let hash = Math.imul(prefix + 1, 0x9e3779b1) ^ Math.imul(token + 1, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & this.mask;
    while (this.generations[slot] === this.generation) {
      if (this.prefixes[slot] === prefix && this.tokens[slot] === token) return this.slots[slot]!;
      slot = (slot + 1) & this.mask;
    }
    if (!insert) return -1;
    this.generations[slot] = this.generation;
    this.prefixes[slot] = prefix;
    this.tokens[slot] = token;
    this.slots[slot] = this.size;
    return this.size++;
  }
}

/** Room for more n-grams than this is given back after use. */
const KEPT_CAPACITY = 2 ** 18;

let table = new NgramTable();
let counts = new Int32Array(1024);
let best = new Int32Array(1024);
let current = new Int32Array(1024);
let orders = new Uint8Array(1024);

/** Matches of a text's n-grams in references, each clipped to the largest count that any one reference has.
 *  @param text (tokens,) integers; equal tokens have equal numbers
 *  @param references one such array each
 *  @param maxOrder n = 1 … maxOrder
 *  @returns (maxOrder,) matches of order n at n - 1
 *  Source: modified n-gram precision, Papineni et al. 2002, section 2.1.1. */
export function clippedMatches(
  text: ArrayLike<number>,
  references: readonly ArrayLike<number>[],
  maxOrder: number,
): number[] {
  const capacity = text.length * maxOrder;
  table.clear(capacity);
  if (counts.length < capacity) {
    counts = new Int32Array(capacity);
    best = new Int32Array(capacity);
    current = new Int32Array(capacity);
    orders = new Uint8Array(capacity);
  }

  for (let start = 0; start < text.length; start++) {
    let gram = -1;
    for (let order = 0; order < maxOrder && start + order < text.length; order++) {
      const before = table.size;
      gram = table.index(gram, text[start + order]!, true);
      if (table.size > before) {
        counts[gram] = 1;
        best[gram] = 0;
        orders[gram] = order;
      } else counts[gram]!++;
    }
  }

  const size = table.size;
  for (const reference of references) {
    current.fill(0, 0, size);
    for (let start = 0; start < reference.length; start++) {
      let gram = -1;
      for (let order = 0; order < maxOrder && start + order < reference.length; order++) {
        gram = table.index(gram, reference[start + order]!, false);
        if (gram < 0) break;
        current[gram]!++;
      }
    }
    for (let gram = 0; gram < size; gram++) {
      if (current[gram]! > best[gram]!) best[gram] = current[gram]!;
    }
  }

  const matches = Array.from({ length: maxOrder }, () => 0);
  for (let gram = 0; gram < size; gram++) {
    const order = orders[gram]!;
    matches[order] = matches[order]! + Math.min(counts[gram]!, best[gram]!);
  }
  if (capacity > KEPT_CAPACITY) {
    table = new NgramTable();
    counts = best = current = new Int32Array(0);
  }
  return matches;
}

/** Numbers for tokens, the same for equal tokens. */
export class TokenNumbers {
  private readonly numbers = new Map<string, number>();
  private characters = 0;

  of(tokens: readonly string[]): Int32Array {
    const result = new Int32Array(tokens.length);
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at]!;
      let number = this.numbers.get(token);
      if (number === undefined) {
        number = this.numbers.size;
        this.numbers.set(token, number);
        this.characters += token.length;
      }
      result[at] = number;
    }
    return result;
  }

  /** Forgets all tokens where they have become many. */
  tidy(): this {
    if (this.characters > 1_000_000) {
      this.numbers.clear();
      this.characters = 0;
    }
    return this;
  }
}

const shared = new TokenNumbers();

/** Numbers for the tokens of one text and its references. Texts share them, because words come again; they hold
 *  until the next call. */
export function tokenNumbers(): TokenNumbers {
  return shared.tidy();
}

/** Clipped n-gram counts of one text against others, by integers instead of joined strings.
 *  An n-gram is the number of its first n-1 tokens' n-gram together with its last token, so that each order costs
 *  one table look-up a position and no two n-grams are ever confused. Knows nothing of the scores made of them. */

/** Ints of an entry: number of the n-gram of all tokens but the last, last token, generation, count. */
const ENTRY = 4;
const TOKEN = 1;
const GENERATION = 2;
const COUNT = 3;

const LAST_GENERATION = 2 ** 31 - 1;

/** Open-addressing table of n-grams; an n-gram's number is its slot. One instance is cleared and used again: an entry
 *  of an earlier generation is empty. */
class NgramTable {
  entries = new Int32Array(256 * ENTRY);
  private mask = 255;
  private generation = 0;

  /** Forgets all n-grams and makes room for `capacity` of them, in as little space as that needs. */
  clear(capacity: number): void {
    let slots = 256;
    while (slots < capacity * 2) slots *= 2;
    this.mask = slots - 1;
    if (slots * ENTRY > this.entries.length || this.generation === LAST_GENERATION) {
      this.entries = new Int32Array(Math.max(slots * ENTRY, this.entries.length));
      this.generation = 0;
    }
    this.generation++;
  }

  /** Slot of an n-gram, which is added with count 0 where it is new. */
  insert(prefix: number, token: number): number {
    const { entries, mask, generation } = this;
    let slot = hash(prefix, token) & mask;
    for (;;) {
      const at = slot * ENTRY;
      if (entries[at + GENERATION] !== generation) {
        entries[at] = prefix;
        entries[at + TOKEN] = token;
        entries[at + GENERATION] = generation;
        entries[at + COUNT] = 0;
        return slot;
      }
      if (entries[at] === prefix && entries[at + TOKEN] === token) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** Slot of an n-gram; -1 where it is not there. */
  find(prefix: number, token: number): number {
    const { entries, mask, generation } = this;
    let slot = hash(prefix, token) & mask;
    for (;;) {
      const at = slot * ENTRY;
      if (entries[at + GENERATION] !== generation) return -1;
      if (entries[at] === prefix && entries[at + TOKEN] === token) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** Slots that n-grams of this generation may stand in. */
  get slots(): number {
    return this.mask + 1;
  }
}

function hash(prefix: number, token: number): number {
  const mixed = Math.imul(prefix + 1, 0x9e3779b1) ^ Math.imul(token + 1, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** Room for more n-grams than this is given back after use. */
const KEPT_SLOTS = 2 ** 18;

let table = new NgramTable();

/** Counts each n-gram of a reference in the table. */
function countReference(reference: readonly number[], maxOrder: number): void {
  const { length } = reference;
  for (let start = 0; start < length; start++) {
    const end = Math.min(length, start + maxOrder);
    let gram = -1;
    for (let at = start; at < end; at++) {
      gram = table.insert(gram, reference[at]!);
      table.entries[gram * ENTRY + COUNT]!++;
    }
  }
}

/** Counts each n-gram of any reference as often as the reference has it that has it most. */
function countReferences(references: readonly (readonly number[])[], maxOrder: number): void {
  // The count in one reference, which is told from those before by its mark.
  const counts = new Int32Array(table.slots);
  const marks = new Int32Array(table.slots);
  references.forEach((reference, index) => {
    for (let start = 0; start < reference.length; start++) {
      const end = Math.min(reference.length, start + maxOrder);
      let gram = -1;
      for (let at = start; at < end; at++) {
        gram = table.insert(gram, reference[at]!);
        if (marks[gram] !== index + 1) {
          marks[gram] = index + 1;
          counts[gram] = 0;
        }
        const count = ++counts[gram]!;
        if (count > table.entries[gram * ENTRY + COUNT]!) table.entries[gram * ENTRY + COUNT] = count;
      }
    }
  });
}

/** Matches of a text's n-grams in references, each clipped to the largest count that any one reference has.
 *  Linear in the number of tokens.
 *  @param text (tokens,) integers; equal tokens have equal numbers
 *  @param references one such array each
 *  @param maxOrder n = 1 … maxOrder
 *  @returns (maxOrder,) matches of order n at n - 1
 *  Source: modified n-gram precision, Papineni et al. 2002, section 2.1.1. */
export function clippedMatches(
  text: readonly number[],
  references: readonly (readonly number[])[],
  maxOrder: number,
): number[] {
  let tokens = 0;
  for (const reference of references) tokens += reference.length;
  table.clear(tokens * maxOrder);
  if (references.length === 1) countReference(references[0]!, maxOrder);
  else countReferences(references, maxOrder);

  const matches: number[] = [];
  for (let order = 0; order < maxOrder; order++) matches.push(0);
  const { entries } = table;
  for (let start = 0; start < text.length; start++) {
    const end = Math.min(text.length, start + maxOrder);
    let gram = -1;
    for (let at = start; at < end; at++) {
      gram = table.find(gram, text[at]!);
      if (gram < 0) break;
      // What is matched is used up; a longer n-gram may still be left where a shorter one is not.
      if (entries[gram * ENTRY + COUNT]! > 0) {
        entries[gram * ENTRY + COUNT]!--;
        matches[at - start]!++;
      }
    }
  }
  if (table.slots > KEPT_SLOTS) table = new NgramTable();
  return matches;
}

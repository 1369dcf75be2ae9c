/** Numbers for tokens, the same for equal tokens: metrics compare and hash integers instead of strings.
 *  A token is read from UTF-16 units where the scanner put them, so that no string is sliced for a token seen before.
 *  Tokens are compared whole: equal hashes never make two tokens one. Knows nothing of how a text is split. */

/** Tokens are forgotten beyond so many units of them: words of natural text come again, those of a hostile one not. */
const KEPT_UNITS = 1_000_000;

export class TokenNumbers {
  /** Tokens known; their numbers are 0 … size - 1. */
  size = 0;
  /** Rises whenever all tokens are forgotten, and with them what others keep by their numbers. */
  epoch = 0;
  /** Number + 1 of the token in a slot; 0 for none. The number of slots is a power of two. */
  private slots = new Int32Array(2 ** 12);
  private hashes = new Int32Array(2 ** 11);
  /** (size + 1,) where a token's units begin. */
  private starts = new Int32Array(2 ** 11 + 1);
  private units = new Uint16Array(2 ** 14);

  /** Number of the token that units[start … end) are. */
  of(source: Uint16Array, start: number, end: number): number {
    let sum = 0;
    for (let at = start; at < end; at++) sum = addUnit(sum, source[at]!);
    return this.ofSum(sum, source, start, end);
  }

  /** As `of`, for who has added up the units while reading them. */
  ofSum(sum: number, source: Uint16Array, start: number, end: number): number {
    let hash = Math.imul(sum ^ (sum >>> 15), 0x85ebca6b);
    hash ^= hash >>> 13;
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let found = slots[slot]!; found !== 0; found = slots[slot]!) {
      if (hashes[found - 1] === hash && this.isEqual(found - 1, source, start, end)) return found - 1;
      slot = (slot + 1) & mask;
    }
    return this.insert(slot, hash, source, start, end);
  }

  /** Numbers of tokens given as strings. */
  ofAll(tokens: readonly string[]): number[] {
    return tokens.map((token) => {
      const units = scratchUnits(token.length);
      for (let at = 0; at < token.length; at++) units[at] = token.charCodeAt(at);
      return this.of(units, 0, token.length);
    });
  }

  /** The token of a number. */
  token(number: number): string {
    let text = '';
    const end = this.starts[number + 1]!;
    for (let at = this.starts[number]!; at < end; at++) text += String.fromCharCode(this.units[at]!);
    return text;
  }

  /** Forgets all tokens where they have become many. Call it between texts: numbers given before are void then. */
  tidy(): this {
    if (this.starts[this.size]! > KEPT_UNITS) {
      this.size = 0;
      this.epoch++;
      this.slots = new Int32Array(2 ** 12);
      this.hashes = new Int32Array(2 ** 11);
      this.starts = new Int32Array(2 ** 11 + 1);
      this.units = new Uint16Array(2 ** 14);
    }
    return this;
  }

  private isEqual(number: number, source: Uint16Array, start: number, end: number): boolean {
    const from = this.starts[number]!;
    if (this.starts[number + 1]! - from !== end - start) return false;
    for (let at = start; at < end; at++) if (this.units[from + at - start] !== source[at]) return false;
    return true;
  }

  private insert(slot: number, hash: number, source: Uint16Array, start: number, end: number): number {
    const number = this.size++;
    if (number === this.hashes.length) {
      this.hashes = enlarged(this.hashes, number * 2);
      this.starts = enlarged(this.starts, number * 2 + 1);
    }
    const from = this.starts[number]!;
    const to = from + end - start;
    if (to > this.units.length) {
      const units = new Uint16Array(Math.max(to, this.units.length * 2));
      units.set(this.units);
      this.units = units;
    }
    for (let at = start; at < end; at++) this.units[from + at - start] = source[at]!;
    this.starts[number + 1] = to;
    this.hashes[number] = hash;
    this.slots[slot] = number + 1;
    if (this.size * 2 > this.slots.length) this.rehash();
    return number;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.size; number++) {
      let slot = this.hashes[number]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.slots = slots;
  }
}

/** The sum of one more unit, by which tokens are found; it begins with 0. */
export function addUnit(sum: number, unit: number): number {
  return (Math.imul(sum, 31) + unit) | 0;
}

function enlarged(values: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const result = new Int32Array(length);
  result.set(values);
  return result;
}

const scratch = new Uint16Array(2 ** 16);
const scratchBytes = Buffer.from(scratch.buffer);

/** Room for so many UTF-16 units. The same room is handed out again and again: take nothing from it later. */
export function scratchUnits(length: number): Uint16Array {
  return length <= scratch.length ? scratch : new Uint16Array(length);
}

/** The units of a text, and room for one more behind them. The same room as `scratchUnits`. */
export function unitsOf(text: string): Uint16Array {
  const units = scratchUnits(text.length + 1);
  // One copy is faster than as many calls of charCodeAt.
  (units === scratch ? scratchBytes : Buffer.from(units.buffer)).write(text, 'utf16le');
  return units;
}

const shared = new TokenNumbers();

/** Numbers for the tokens of one text and its references; they hold until the next call. Texts share them, because
 *  words come again. */
export function tokenNumbers(): TokenNumbers {
  return shared.tidy();
}

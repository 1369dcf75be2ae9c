/** Longest common subsequences by bit-parallel rows: 32 cells of the table in one addition (Hyyrö 2004, "Bit-
 *  parallel LCS-length computation revisited"), so that long answers cost neither the time nor the memory of a
 *  full table. Knows integers only. */

interface Rows {
  /** 32-bit words a row. */
  readonly width: number;
  /** (a.length + 1, width) bit j of row i is 0 where L(i, j + 1) = L(i, j) + 1, L the table of lengths. */
  readonly bits: Int32Array;
}

function matchMasks(b: ArrayLike<number>, width: number): Map<number, Int32Array> {
  const masks = new Map<number, Int32Array>();
  for (let at = 0; at < b.length; at++) {
    let mask = masks.get(b[at]!);
    if (mask === undefined) masks.set(b[at]!, (mask = new Int32Array(width)));
    mask[at >>> 5]! |= 1 << (at & 31);
  }
  return masks;
}

/** One row from the row before: V' = (V + (V & M)) | (V & ~M), with the carry over words. */
function nextRow(
  from: Int32Array,
  fromAt: number,
  to: Int32Array,
  toAt: number,
  mask: Int32Array | undefined,
  width: number,
): void {
  if (mask === undefined) {
    to.copyWithin(toAt, fromAt, fromAt + width);
    return;
  }
  let carry = 0;
  for (let word = 0; word < width; word++) {
    const v = from[fromAt + word]!;
    const matched = v & mask[word]!;
    const sum = (v >>> 0) + (matched >>> 0) + carry;
    carry = sum > 0xffffffff ? 1 : 0;
    to[toAt + word] = sum | 0 | (v & ~mask[word]!);
  }
}

function popCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Zeros among the first `length` bits of a row: L(i, length). */
function zeros(bits: Int32Array, at: number, length: number): number {
  let count = 0;
  const whole = length >>> 5;
  for (let word = 0; word < whole; word++) count += 32 - popCount(bits[at + word]!);
  const rest = length & 31;
  if (rest > 0) count += rest - popCount(bits[at + whole]! & ((1 << rest) - 1));
  return count;
}

function positionsOf(tokens: ArrayLike<number>): Map<number, number[]> {
  const positions = new Map<number, number[]>();
  for (let at = 0; at < tokens.length; at++) {
    const known = positions.get(tokens[at]!);
    if (known === undefined) positions.set(tokens[at]!, [at]);
    else known.push(at);
  }
  return positions;
}

/** Length of a longest common subsequence: a.length * b.length / 32 steps, memory in proportion to b.
 *  @param a, b integers; equal tokens have equal numbers */
export function commonSubsequenceLength(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length === 0 || b.length === 0) return 0;
  const width = (b.length + 31) >>> 5;
  const positions = positionsOf(b);
  const row = new Int32Array(width).fill(-1);
  // One mask for all tokens, set and cleared, as a mask each would be quadratic in memory; but those that would take
  // longer to set than a row takes keep theirs. There are 32 of them at most.
  const mask = new Int32Array(width);
  const frequent = new Map<number, Int32Array>();
  for (let i = 0; i < a.length; i++) {
    const found = positions.get(a[i]!);
    if (found === undefined) continue;
    let own = frequent.get(a[i]!);
    if (own === undefined && found.length > width) frequent.set(a[i]!, (own = new Int32Array(width)));
    else if (own !== undefined) {
      nextRow(row, 0, row, 0, own, width);
      continue;
    }
    const used = own ?? mask;
    for (const at of found) used[at >>> 5]! |= 1 << (at & 31);
    nextRow(row, 0, row, 0, used, width);
    if (own === undefined) for (const at of found) mask[at >>> 5] = 0;
  }
  return zeros(row, 0, b.length);
}

function allRows(a: ArrayLike<number>, b: ArrayLike<number>): Rows {
  const width = (b.length + 31) >>> 5;
  const masks = matchMasks(b, width);
  const bits = new Int32Array((a.length + 1) * width).fill(-1, 0, width);
  for (let i = 0; i < a.length; i++) {
    nextRow(bits, i * width, bits, (i + 1) * width, masks.get(a[i]!), width);
  }
  return { width, bits };
}

/** Positions in `a` of the longest common subsequence that rouge_score reads out: from the end, a match is
 *  taken, else the step goes left where that is strictly longer, else up. Other ties give other unions, and
 *  with them another ROUGE-Lsum.
 *  @returns positions, the last one first */
export function commonSubsequencePositions(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const positions: number[] = [];
  if (a.length === 0 || b.length === 0) return positions;
  const { width, bits } = allRows(a, b);
  const grows = (row: number, column: number) =>
    (bits[row * width + (column >>> 5)]! >>> (column & 31)) & 1 ? 0 : 1;
  let i = a.length;
  let j = b.length;
  let here = zeros(bits, i * width, j);
  let above = zeros(bits, (i - 1) * width, j);
  while (i > 0 && j > 0) {
    if (a[i - 1] === b[j - 1]) {
      positions.push(i - 1);
      i--;
      j--;
      here = above - grows(i, j);
      if (i > 0) above = zeros(bits, (i - 1) * width, j);
      continue;
    }
    const left = here - grows(i, j - 1);
    if (left > above) {
      above -= grows(i - 1, j - 1);
      here = left;
      j--;
    } else {
      here = above;
      i--;
      if (i > 0) above = zeros(bits, (i - 1) * width, j);
    }
  }
  return positions;
}

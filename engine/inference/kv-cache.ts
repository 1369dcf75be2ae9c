/** Keys and values of the tokens seen so far, one row a sequence, outside the graph.
 *  The only place that knows how the cache is laid out. A step writes its new rows into these buffers. */

import type { CacheShape, RowCache } from './row-cache.ts';

/** Positions are added so many at a time: growing copies what is held. */
const BUCKET = 96;

function bucketOf(positions: number): number {
  return Math.ceil(Math.max(positions, 1) / BUCKET) * BUCKET;
}

/** Some rows of the cache, where they lie. */
export interface CacheView {
  readonly first: number;
  /** k and v of each layer in turn, each (rows, kvHeads, capacity, headSize) */
  readonly buffers: readonly Float32Array[];
  readonly shape: readonly number[];
}

export class KvCache implements RowCache {
  readonly #kvHeads: number;
  readonly #headSize: number;
  /** k and v of each layer in turn: (rows, kvHeads, capacity, headSize) */
  #buffers: Float32Array[];
  #rows = 0;
  #capacity = 0;
  #view: CacheView | null = null;
  /** Tokens held by each row. */
  readonly lengths: number[] = [];

  constructor({ layerCount, kvHeadCount, headSize }: CacheShape) {
    this.#kvHeads = kvHeadCount;
    this.#headSize = headSize;
    this.#buffers = Array.from({ length: 2 * layerCount }, () => new Float32Array(0));
  }

  /** Of one position of one row, all layers. */
  get bytesPerPosition(): number {
    return this.#buffers.length * this.#kvHeads * this.#headSize * Float32Array.BYTES_PER_ELEMENT;
  }

  /** Positions each row has room for. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Makes room for `rows` rows of `positions` tokens, whatever is held kept; gives room back when half of it
   *  would do. */
  reserve(rows: number, positions: number): void {
    const capacity = bucketOf(Math.max(positions, ...this.lengths));
    const fits = rows <= this.#rows && capacity <= this.#capacity;
    const wasteful = capacity * 2 <= this.#capacity;
    if (fits && !wasteful) return;
    const newRows = Math.max(rows, this.#rows);
    const rowSize = this.#kvHeads * capacity * this.#headSize;
    this.#buffers = this.#buffers.map((old) => {
      const buffer = new Float32Array(newRows * rowSize);
      for (let row = 0; row < this.#rows; row++) {
        const length = this.lengths[row]! * this.#headSize;
        for (let head = 0; head < this.#kvHeads; head++) {
          const index = row * this.#kvHeads + head;
          const from = index * this.#capacity * this.#headSize;
          buffer.set(old.subarray(from, from + length), index * capacity * this.#headSize);
        }
      }
      return buffer;
    });
    while (this.lengths.length < newRows) this.lengths.push(0);
    this.#rows = newRows;
    this.#capacity = capacity;
    this.#view = null;
  }

  /** Views of `count` rows from `first`, the same object until others are asked for or the cache grows. What a step
   *  writes there counts once it is held. */
  view(first: number, count: number): CacheView {
    const known = this.#view;
    if (known?.first === first && known.shape[0] === count) return known;
    const rowSize = this.#kvHeads * this.#capacity * this.#headSize;
    this.#view = {
      first,
      buffers: this.#buffers.map((buffer) => buffer.subarray(first * rowSize, (first + count) * rowSize)),
      shape: [count, this.#kvHeads, this.#capacity, this.#headSize],
    };
    return this.#view;
  }

  /** `time` more tokens of each of `count` rows from `first` have been written. */
  hold(first: number, count: number, time: number): void {
    for (let row = first; row < first + count; row++) this.lengths[row]! += time;
  }

  /** Copies one row's tokens over another's. */
  move(from: number, to: number): void {
    const rowSize = this.#kvHeads * this.#capacity * this.#headSize;
    for (const buffer of this.#buffers) {
      buffer.copyWithin(to * rowSize, from * rowSize, (from + 1) * rowSize);
    }
    this.lengths[to] = this.lengths[from]!;
  }

  /** Forgets all but the first `length` tokens of a row. */
  truncate(row: number, length: number): void {
    if (row < this.#rows) this.lengths[row] = Math.min(this.lengths[row]!, length);
  }

  /** A row's tokens from the beginning: k and v of each layer in turn, each (kvHeads, length, headSize). */
  copyOut(row: number, length: number): Float32Array[] {
    const size = length * this.#headSize;
    return this.#buffers.map((buffer) => {
      const copy = new Float32Array(this.#kvHeads * size);
      for (let head = 0; head < this.#kvHeads; head++) {
        const from = this.#offsetOf(row, head);
        copy.set(buffer.subarray(from, from + size), head * size);
      }
      return copy;
    });
  }

  /** The first `length` of the `stored` tokens that `copyOut` gave, in place of what the row holds. */
  copyIn(row: number, copies: readonly Float32Array[], stored: number, length: number): void {
    this.truncate(row, 0);
    this.reserve(row + 1, length);
    const size = length * this.#headSize;
    copies.forEach((copy, index) => {
      for (let head = 0; head < this.#kvHeads; head++) {
        const from = head * stored * this.#headSize;
        this.#buffers[index]!.set(copy.subarray(from, from + size), this.#offsetOf(row, head));
      }
    });
    this.lengths[row] = length;
  }

  #offsetOf(row: number, head: number): number {
    return (row * this.#kvHeads + head) * this.#capacity * this.#headSize;
  }
}

/** Keys and values of the tokens seen so far, on the device that computed them, one row a sequence.
 *  Knows tensors by reference; what they hold never comes to the processor. */
import type * as ort from 'onnxruntime-node';
import type { CacheShape, RowCache } from './row-cache.ts';

export interface CachedRow {
  readonly length: number;
  /** k and v of each layer in turn, (1, kvHeads, length, headSize); none before the first step. */
  readonly tensors: readonly ort.Tensor[];
}

const EMPTY: CachedRow = { length: 0, tensors: [] };

export class DeviceCache implements RowCache {
  readonly bytesPerPosition: number;
  readonly #rows: CachedRow[] = [];

  constructor({ layerCount, kvHeadCount, headSize }: CacheShape) {
    this.bytesPerPosition = 2 * layerCount * kvHeadCount * headSize * Float32Array.BYTES_PER_ELEMENT;
  }

  row(index: number): CachedRow {
    return this.#rows[index] ?? EMPTY;
  }

  /** What a step gave in place of what the row held, whose memory is given back. */
  replace(index: number, row: CachedRow): void {
    for (const tensor of this.row(index).tensors) tensor.dispose();
    while (this.#rows.length < index) this.#rows.push(EMPTY);
    this.#rows[index] = row;
  }

  move(from: number, to: number): void {
    const row = this.row(from);
    this.#rows[from] = EMPTY;
    this.replace(to, row);
  }

  /** @param length 0: attention reads all that a row's tensors hold, so that they cannot be cut short */
  truncate(index: number, length: 0): void {
    this.replace(index, { length, tensors: [] });
  }
}

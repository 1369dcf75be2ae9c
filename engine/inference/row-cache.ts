/** Keys and values of the tokens seen so far, one row a sequence: what the step loop asks of them, wherever they lie. */

/** Of the keys, and of the values, that a graph takes. */
export interface CacheShape {
  readonly layerCount: number;
  readonly kvHeadCount: number;
  readonly headSize: number;
}

export interface RowCache {
  /** Of one position of one row, all layers. */
  readonly bytesPerPosition: number;
  /** Puts one row's tokens in the place of another's. The first is not read again before it is emptied. */
  move(from: number, to: number): void;
  /** Forgets all tokens of a row. */
  truncate(row: number, length: 0): void;
}

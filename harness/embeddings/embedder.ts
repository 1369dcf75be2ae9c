/** Embedder: texts in, unit vectors out. Two implementations, the packaged English one and a folder of the user's,
 *  pass one suite. Knows vectors; knows nothing of scores. */

export interface EmbedderInfo {
  /** For people, such as `energetic-ai-en-0.2.0` or the folder's name. */
  readonly name: string;
  /** `sha256:<hex>` of weights and tokenizer. */
  readonly digest: string;
  readonly pooling: 'mean' | 'cls' | 'model';
  /** What becomes of a text that is too long. */
  readonly long: 'refused' | 'truncated';
}

export interface Embedder {
  readonly info: EmbedderInfo;
  /** A vector of length 1 for each text, in their order; null for one that is too long to be read whole, where
   *  those are refused. The texts beside it move a vector by rounding alone, by less than 1e-5.
   *  @param texts none of them blank: nothing has no direction */
  embed(texts: readonly string[]): Promise<readonly (Float32Array | null)[]>;
  close(): Promise<void>;
}

/** Cosine of two unit vectors, in [−1, 1]. */
export function cosine(left: Float32Array, right: Float32Array): number {
  let product = 0;
  for (let at = 0; at < left.length; at++) product += left[at]! * right[at]!;
  // Unit vectors of single precision: a hair beyond is rounding.
  return Math.min(1, Math.max(-1, product));
}

/** What the step loop asks of a model: prompts read into rows of a cache, then a token at a time for all rows.
 *  Implemented by the graphs built here, for the processor and for others, and by exported ones. */
import type { RowCache } from './row-cache.ts';

/** Tokens of one prefill step, at most. */
export const PREFILL_CHUNK = 512;

/** Called with the logits that follow the token at `position`; the array is valid during the call. */
export type OnLogits = (logits: Float32Array, position: number) => void;

/** A decoder takes the caches that it made, and no others. */
export interface StepDecoder {
  readonly spec: { readonly vocabSize: number };
  /** Whether reading goes on from what a row holds, to the same bits. */
  readonly resumes: boolean;
  newCache(): RowCache;
  /** Reads `tokens` into one row of the cache, of which it holds the first `held` already; what else it holds is
   *  dropped. Reports the logits that follow each token from `logitsFrom` on.
   *  @param held at most logitsFrom, and 0 or less than tokens.length − 1; default 0 */
  prefill(
    cache: RowCache,
    row: number,
    tokens: readonly number[],
    logitsFrom: number,
    onLogits: OnLogits,
    held?: number,
  ): Promise<void>;
  /** One more token for each of the first `tokens.length` rows; returns their logits, (rows or more, vocab), valid until
   *  the next step. */
  decode(cache: RowCache, tokens: readonly number[]): Promise<Float32Array>;
  release(): Promise<void>;
}

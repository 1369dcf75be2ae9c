/** Rows run one by one, each with a cache of its own that a graph takes whole and gives whole: the step loop's part of
 *  it. What a row computes cannot depend on others.
 *  Knows rows, chunks and logits; knows nothing of a graph's inputs. */
import * as ort from 'onnxruntime-node';
import { DeviceCache, type CachedRow } from './device-cache.ts';
import type { CacheShape } from './row-cache.ts';
import type { OnLogits, StepDecoder } from './step-decoder.ts';

export interface RowStep {
  /** What follows the last `kept` of the tokens, (kept, vocab). */
  readonly logits: Float32Array;
  readonly row: CachedRow;
}

export abstract class RowDecoder implements StepDecoder {
  abstract readonly spec: StepDecoder['spec'];
  readonly resumes = false;
  protected readonly session: ort.InferenceSession;
  readonly #shape: CacheShape;

  constructor(session: ort.InferenceSession, shape: CacheShape) {
    this.session = session;
    this.#shape = shape;
  }

  /** Tokens read in one step. */
  protected abstract readonly chunk: number;

  /** Reads the next tokens of one row. */
  protected abstract step(held: CachedRow, ids: readonly number[], kept: number): Promise<RowStep>;

  newCache(): DeviceCache {
    return new DeviceCache(this.#shape);
  }

  async prefill(
    cache: DeviceCache,
    row: number,
    tokens: readonly number[],
    logitsFrom: number,
    onLogits: OnLogits,
  ): Promise<void> {
    cache.truncate(row, 0);
    const { vocabSize } = this.spec;
    for (let start = 0; start < tokens.length; start += this.chunk) {
      const ids = tokens.slice(start, start + this.chunk);
      const first = Math.min(ids.length, Math.max(0, logitsFrom - start));
      const logits = await this.#advance(cache, row, ids, ids.length - first);
      for (let index = first; index < ids.length; index++) {
        const at = (index - first) * vocabSize;
        onLogits(logits.subarray(at, at + vocabSize), start + index);
      }
    }
  }

  async decode(cache: DeviceCache, tokens: readonly number[]): Promise<Float32Array> {
    const { vocabSize } = this.spec;
    const all = new Float32Array(tokens.length * vocabSize);
    for (const [row, token] of tokens.entries()) {
      all.set(await this.#advance(cache, row, [token], 1), row * vocabSize);
    }
    return all;
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  /** A row's tensors, k and v of each layer in turn, by the names of the graph's inputs. */
  protected pasts(held: CachedRow, names: readonly string[]): Record<string, ort.Tensor> {
    const { kvHeadCount, headSize } = this.#shape;
    const none = [1, kvHeadCount, 0, headSize];
    return Object.fromEntries(
      names.map((name, index) => [
        name,
        held.tensors[index] ?? new ort.Tensor('float32', new Float32Array(0), none),
      ]),
    );
  }

  async #advance(
    cache: DeviceCache,
    row: number,
    ids: readonly number[],
    kept: number,
  ): Promise<Float32Array> {
    const { logits, row: next } = await this.step(cache.row(row), ids, kept);
    cache.replace(row, next);
    return logits;
  }
}

export function int64(values: readonly number[], shape: readonly number[]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
}

/** The decoder as something that can be run: prefill and decode steps on an ONNX Runtime session.
 *  With exported-decoder.ts the only file that knows ONNX Runtime's calls; loaded in the worker thread alone, since a run blocks it. */
import * as ort from 'onnxruntime-node';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import { graphHeadSize } from '../nn/head-padding.ts';
import type { AdapterInput } from '../nn/lora.ts';
import { KvCache } from './kv-cache.ts';
import { openSession } from './session.ts';
import type { OnLogits, StepDecoder } from './step-decoder.ts';

/** Tokens of one prefill step: attention scores take heads × chunk × length floats. */
const PREFILL_CHUNK = 512;

const LEAST_ROWS = 2;
const EMPTY_ROWS: readonly number[] = Array.from({ length: LEAST_ROWS }, () => 0);

export class Decoder implements StepDecoder {
  readonly spec: DecoderSpec;
  readonly #session: ort.InferenceSession;
  /** Inputs of the adapter, where the graph takes one. */
  #adapter: Readonly<Record<string, ort.Tensor>> = {};

  private constructor(spec: DecoderSpec, session: ort.InferenceSession) {
    this.spec = spec;
    this.#session = session;
  }

  /** @param model the graph's bytes, or the path of its file where weights lie beside it */
  static async open(spec: DecoderSpec, model: Uint8Array | string, parameterCount: number): Promise<Decoder> {
    const session = await openSession(model, parameterCount);
    return new Decoder(spec, session);
  }

  /** Another adapter for all rows. What caches hold was computed with the one before. */
  useAdapter(inputs: readonly AdapterInput[]): void {
    this.#adapter = Object.fromEntries(
      inputs.map(({ name, shape, data }) => [name, new ort.Tensor('float32', data, shape)]),
    );
  }

  newCache(): KvCache {
    return new KvCache({ ...this.spec, headSize: graphHeadSize(this.spec) });
  }

  /** Reads `tokens` into one row of the cache, which is emptied first. Reports the logits that follow each token
   *  from `logitsFrom` on. Rows are read one by one: the attention operator takes no batch of unequal prompts. */
  async prefill(
    cache: KvCache,
    row: number,
    tokens: readonly number[],
    logitsFrom: number,
    onLogits: OnLogits,
  ): Promise<void> {
    cache.clear(row);
    for (let start = 0; start < tokens.length; start += PREFILL_CHUNK) {
      const chunk = tokens.slice(start, start + PREFILL_CHUNK);
      const firstWanted = Math.max(0, logitsFrom - start);
      const wanted = Array.from(
        { length: Math.max(0, chunk.length - firstWanted) },
        (_, i) => firstWanted + i,
      );
      const { kvHeadCount, vocabSize } = this.spec;
      const past =
        start === 0
          ? { buffers: [], shape: [1, kvHeadCount, 0, graphHeadSize(this.spec)] }
          : cache.view(row, 1);
      const logits = await this.#run(cache, row, [start], chunk, past, wanted);
      wanted.forEach((position, index) => {
        onLogits(logits.subarray(index * vocabSize, (index + 1) * vocabSize), start + position);
      });
    }
  }

  /** One more token for each of the first `tokens.length` rows; returns their logits, (rows or more, vocab).
   *  A single row is run beside an empty one: on some processors ONNX Runtime multiplies a vector by other code than
   *  a matrix, and a row's logits must not depend, not in the last bit, on how many others are in the batch. It
   *  costs a tenth of a single row's step (SmolLM2-135M, x86: 45 instead of 41 ms of CPU). */
  async decode(cache: KvCache, tokens: readonly number[]): Promise<Float32Array> {
    const padded = tokens.length < LEAST_ROWS ? [...tokens, ...EMPTY_ROWS].slice(0, LEAST_ROWS) : tokens;
    cache.reserve(padded.length, 1);
    for (let row = tokens.length; row < padded.length; row++) cache.clear(row);
    const rows = padded.map((_, row) => row);
    const starts = rows.map((row) => cache.lengths[row]!);
    const logits = await this.#run(cache, 0, starts, padded, cache.view(0, padded.length), rows);
    for (let row = tokens.length; row < padded.length; row++) cache.clear(row);
    return logits;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  /** @param starts tokens that each row holds before this step
   *  @param ids of all rows, (batch · time) */
  async #run(
    cache: KvCache,
    firstRow: number,
    starts: readonly number[],
    ids: readonly number[],
    past: { readonly buffers: readonly Float32Array[]; readonly shape: readonly number[] },
    selected: readonly number[],
  ): Promise<Float32Array> {
    const batch = starts.length;
    const time = ids.length / batch;
    const total = Math.max(...starts) + time;
    const presentPositions = Math.max(past.shape[2]!, total);
    const fresh = cache.freshRows(starts, time, presentPositions);
    const feeds: Record<string, ort.Tensor> = {
      ...this.#adapter,
      ids: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [batch, time]),
      seqlens: new ort.Tensor(
        'int32',
        Int32Array.from(starts, (start) => start + time - 1),
        [batch],
      ),
      total: new ort.Tensor('int32', Int32Array.of(total), [1]),
      sel: new ort.Tensor('int64', BigInt64Array.from(selected, BigInt), [selected.length]),
      fresh: new ort.Tensor('int64', fresh, [fresh.length]),
    };
    const none = new Float32Array(0);
    for (let layer = 0; layer < this.spec.layerCount; layer++) {
      feeds[`past_k.${layer}`] = new ort.Tensor('float32', past.buffers[2 * layer] ?? none, past.shape);
      feeds[`past_v.${layer}`] = new ort.Tensor('float32', past.buffers[2 * layer + 1] ?? none, past.shape);
    }
    const outputs = await this.#session.run(feeds);
    // Reserved after the run: growing before it would have copied a row that is about to be overwritten.
    cache.reserve(firstRow + batch, total);
    cache.append(outputs['fresh_kv']!.data as Float32Array, firstRow, batch, time);
    return outputs['logits']!.data as Float32Array;
  }
}

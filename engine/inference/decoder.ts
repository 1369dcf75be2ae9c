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

const TILE_ROWS = 32;

/** What a single row's step is filled up to. */
interface LeastBatch {
  readonly rows: number;
  readonly logits: number;
}

/** From the cheapest on. With two rows of both, every product is one of matrices. */
const LEAST_BATCHES: readonly LeastBatch[] = [
  { rows: 1, logits: 1 },
  { rows: 2, logits: 1 },
  { rows: 2, logits: 2 },
];

/** To compare before a row is run by itself: one step of a large vocabulary, many of a small one. */
const PROBED_LOGITS = 2 ** 15;

/** Tokens to read of those left. Matrices are multiplied in tiles of 32 rows and what is left over; a single row left
 *  over is rounded otherwise, so that there must be none. */
function chunkSize(left: number): number {
  const size = Math.min(left, PREFILL_CHUNK);
  const isLone = (rows: number) => rows % TILE_ROWS === 1;
  return left > 1 && (isLone(size) || isLone(left - size)) ? size - 2 : size;
}

export class Decoder implements StepDecoder {
  readonly spec: DecoderSpec;
  readonly resumes = true;
  readonly #session: ort.InferenceSession;
  #least = LEAST_BATCHES.at(-1)!;
  /** Inputs of the adapter, where the graph takes one. */
  #adapter: Readonly<Record<string, ort.Tensor>> = {};

  private constructor(spec: DecoderSpec, session: ort.InferenceSession) {
    this.spec = spec;
    this.#session = session;
  }

  /** @param model the graph's bytes, or the path of its file where weights lie beside it
   *  @param takesAdapter whether the graph has inputs for one, to be given before the first step */
  static async open(
    spec: DecoderSpec,
    model: Uint8Array | string,
    parameterCount: number,
    takesAdapter = false,
  ): Promise<Decoder> {
    const decoder = new Decoder(spec, await openSession(model, parameterCount));
    if (!takesAdapter) decoder.#least = await decoder.#cheapestExactBatch();
    return decoder;
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

  /** Reads `tokens` into one row of the cache, of which it holds the first `held` already; what else it holds is
   *  dropped. Reports the logits that follow each token from `logitsFrom` on. Rows are read one by one: the attention
   *  operator takes no batch of unequal prompts.
   *
   *  Keys, values and logits are the same to the last bit wherever reading begins (suites/unit has it for any place,
   *  on the processor that runs it).
   *  @param held at most logitsFrom, and 0 or less than tokens.length − 1 */
  async prefill(
    cache: KvCache,
    row: number,
    tokens: readonly number[],
    logitsFrom: number,
    onLogits: OnLogits,
    held = 0,
  ): Promise<void> {
    cache.truncate(row, held);
    for (let start = held; start < tokens.length;) {
      const size = chunkSize(tokens.length - start);
      const chunk = tokens.slice(start, start + size);
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
      start += size;
    }
  }

  /** One more token for each of the first `tokens.length` rows; returns their logits, (rows or more, vocab).
   *  A row's logits must not depend, not in the last bit, on how many others are in the batch: where this processor
   *  multiplies a vector by other code than a matrix, a single row is run beside an empty one. */
  async decode(cache: KvCache, tokens: readonly number[]): Promise<Float32Array> {
    return this.#step(cache, tokens, this.#least);
  }

  async #step(cache: KvCache, tokens: readonly number[], least: LeastBatch): Promise<Float32Array> {
    const empty = Math.max(0, least.rows - tokens.length);
    const padded = [...tokens, ...Array.from({ length: empty }, () => 0)];
    cache.reserve(padded.length, 1);
    const clearEmpty = () => {
      for (let row = tokens.length; row < padded.length; row++) cache.truncate(row, 0);
    };
    clearEmpty();
    const starts = padded.map((_, row) => cache.lengths[row]!);
    const selected = Array.from({ length: Math.max(tokens.length, least.logits) }, (_, row) => row);
    const logits = await this.#run(cache, 0, starts, padded, cache.view(0, padded.length), selected);
    clearEmpty();
    return logits;
  }

  /** Found by trying, since it depends on the processor and on how the weights are stored (x86 with AVX2: float32
   *  and int8 take a single row as it is, int4 does not). Which code runs does not depend on the numbers: another
   *  order of summation shows in thousands of logits. */
  async #cheapestExactBatch(): Promise<LeastBatch> {
    const cache = this.newCache();
    const prompt = [1, 0];
    await this.prefill(cache, 0, prompt, prompt.length, () => undefined);
    const { vocabSize } = this.spec;
    const logitsOf = async (token: number, least: LeastBatch) => {
      cache.truncate(0, prompt.length);
      return (await this.#step(cache, [token], least)).slice(0, vocabSize);
    };
    let candidates = LEAST_BATCHES;
    for (let token = 0; token < Math.min(vocabSize, PROBED_LOGITS / vocabSize); token++) {
      const exact = await logitsOf(token, LEAST_BATCHES.at(-1)!);
      const agreeing: LeastBatch[] = [];
      for (const least of candidates) {
        const logits = await logitsOf(token, least);
        if (logits.every((value, i) => Object.is(value, exact[i]))) agreeing.push(least);
      }
      candidates = agreeing;
    }
    return candidates[0]!;
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

/** The decoder as something that can be run: prefill and decode steps on an ONNX Runtime session.
 *  With exported-decoder.ts the only file that knows ONNX Runtime's calls; loaded in the worker thread alone, since a run blocks it. */
import * as ort from 'onnxruntime-node';
import { maskInputName, windowsOf } from '../nn/cached-attention.ts';
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

/** Added to the scores of positions that hold nothing. */
const UNSEEN = -1e9;

interface Step {
  /** One token a row; otherwise some tokens of one row. */
  readonly decoding: boolean;
  readonly firstRow: number;
  /** Tokens that each row holds before. */
  readonly starts: readonly number[];
  /** (batch · time) */
  readonly ids: readonly number[];
  /** Rows of the products: those of `starts`, then empty ones that no cache has. */
  readonly batch: number;
  readonly selected: readonly number[];
}

export class Decoder implements StepDecoder {
  readonly spec: DecoderSpec;
  readonly resumes = true;
  readonly #session: ort.InferenceSession;
  readonly #windows: readonly (number | null)[];
  #least = LEAST_BATCHES.at(-1)!;
  /** Inputs of the adapter, where the graph takes one. */
  #adapter: Readonly<Record<string, ort.Tensor>> = {};

  private constructor(spec: DecoderSpec, session: ort.InferenceSession) {
    this.spec = spec;
    this.#session = session;
    this.#windows = windowsOf(spec);
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
      const { vocabSize } = this.spec;
      const logits = await this.#run(cache, {
        decoding: false,
        firstRow: row,
        starts: [start],
        ids: chunk,
        batch: 1,
        selected: wanted,
      });
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
    const count = tokens.length;
    const batch = Math.max(count, least.rows);
    cache.reserve(count, 1);
    return this.#run(cache, {
      decoding: true,
      firstRow: 0,
      starts: tokens.map((_, row) => cache.lengths[row]!),
      ids: Array.from({ length: batch }, (_, row) => tokens[row] ?? 0),
      batch,
      selected: Array.from({ length: Math.max(count, least.logits) }, (_, row) => row),
    });
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

  async #run(cache: KvCache, step: Step): Promise<Float32Array> {
    const { decoding, firstRow, starts, ids, batch, selected } = step;
    const count = starts.length;
    const time = ids.length / batch;
    const total = Math.max(...starts) + time;
    const past = cache.view(firstRow, count, decoding || starts[0] !== 0);
    const fresh = decoding ? [] : cache.freshRows(starts[0]!, time, Math.max(past.capacity, total));
    const feeds: Record<string, ort.Tensor> = {
      ...this.#adapter,
      decoding: new ort.Tensor('bool', [decoding], []),
      ids: int64(ids, [batch, time]),
      sel: int64(selected),
      attending: int64(starts.map((_, row) => row)),
      filling: int64(Array.from({ length: batch }, (_, row) => Math.min(row, count - 1))),
      seqlens: new ort.Tensor(
        'int32',
        starts.map((start) => start + time - 1),
        [count],
      ),
      total: new ort.Tensor('int32', [total], [1]),
      fresh: int64(fresh),
      split: int64([past.capacity, 1]),
    };
    for (const window of this.#windows) {
      const mask = decoding ? maskOf(starts, past.capacity, window) : new Float32Array(0);
      const positions = mask.length / count;
      feeds[maskInputName(window)] = new ort.Tensor('float32', mask, [count, 1, 1, 1, positions]);
    }
    for (let layer = 0; layer < this.spec.layerCount; layer++) {
      feeds[`past_k.${layer}`] = new ort.Tensor('float32', past.buffers[2 * layer]!, past.shape);
      feeds[`past_v.${layer}`] = new ort.Tensor('float32', past.buffers[2 * layer + 1]!, past.shape);
    }
    const outputs = await this.#session.run(feeds);
    // Reserved after the run: growing before it would have copied a row that is about to be overwritten.
    cache.reserve(firstRow + count, total);
    cache.append(outputs['fresh_kv']!.data as Float32Array, firstRow, count, time);
    return outputs['logits']!.data as Float32Array;
  }
}

function int64(values: readonly number[], shape: readonly number[] = [values.length]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
}

/** (rows, capacity): 0 where a row that holds so many tokens has one that is seen by the next, far below elsewhere. */
function maskOf(lengths: readonly number[], capacity: number, window: number | null): Float32Array {
  const mask = new Float32Array(lengths.length * capacity).fill(UNSEEN);
  lengths.forEach((length, row) => {
    const first = window === null ? 0 : Math.max(0, length + 1 - window);
    mask.fill(0, row * capacity + first, row * capacity + length);
  });
  return mask;
}

/** The decoder as something that can be run: prefill and decode steps on an ONNX Runtime session.
 *  Loaded in the worker thread alone, since a run blocks it. */
import * as ort from 'onnxruntime-node';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import { graphHeadSize } from '../nn/head-padding.ts';
import type { AdapterInput } from '../nn/lora.ts';
import { cacheNames } from '../nn/whole-attention.ts';
import { runInPlace } from './in-place-run.ts';
import { KvCache, type CacheView } from './kv-cache.ts';
import { openSession } from './session.ts';
import { PREFILL_CHUNK, type OnLogits, type StepDecoder } from './step-decoder.ts';

const TILE_ROWS = 32;

/** Of one layer, of all heads of a chunk over all that it sees: 64 MB. */
const MOST_SCORES = 2 ** 24;

/** What a single row's step is filled up to. */
interface LeastBatch {
  readonly rows: number;
  readonly logits: number;
}

/** From the cheapest on. With two rows of both, every product is one of matrices, unless the graph takes rows apart. */
const LEAST_BATCHES: readonly LeastBatch[] = [
  { rows: 1, logits: 1 },
  { rows: 1, logits: 2 },
  { rows: 2, logits: 1 },
  { rows: 2, logits: 2 },
];

/** To compare before a row is run by itself: one step of a large vocabulary, many of a small one. */
const PROBED_LOGITS = 2 ** 15;

/** Tokens of one prefill step. */
interface Chunk {
  /** Position of the first. */
  readonly first: number;
  readonly ids: readonly number[];
  /** Position behind the last that counts. */
  readonly end: number;
}

/** Always an even number: where matrices of few bits are multiplied two rows at a time (AVX-512), or 32 (AVX2), a
 *  single row left over is rounded otherwise.
 *  @param most even
 *  @param positions that the model knows */
function evenChunk(tokens: readonly number[], start: number, most: number, positions: number): Chunk {
  const end = Math.min(tokens.length, start + most);
  const isOdd = (end - start) % 2 === 1;
  // A token read again writes the bits that lie there.
  if (isOdd && start > 0) return { first: start - 1, ids: tokens.slice(start - 1, end), end };
  if (isOdd && end < positions) return { first: 0, ids: [...tokens.slice(0, end), 0], end };
  const even = isOdd ? end - 1 : end;
  return { first: start, ids: tokens.slice(start, even), end: even };
}

interface Step {
  readonly firstRow: number;
  /** Tokens that each row holds before. */
  readonly starts: readonly number[];
  /** (rows · time) */
  readonly ids: readonly number[];
  /** Of the flattened ids, those whose logits are wanted. */
  readonly selected: readonly number[];
}

interface CacheTensors {
  readonly past: Record<string, ort.Tensor>;
  readonly present: Record<string, ort.Tensor>;
}

export class Decoder implements StepDecoder {
  readonly spec: DecoderSpec;
  readonly resumes = true;
  readonly #session: ort.InferenceSession;
  readonly #tensors = new WeakMap<CacheView, CacheTensors>();
  #logits: ort.Tensor | null = null;
  /** Null: to be found out. */
  #least: LeastBatch | null = null;
  /** Inputs of the adapter, where the graph takes one. */
  #adapter: Readonly<Record<string, ort.Tensor>> = {};

  private constructor(spec: DecoderSpec, session: ort.InferenceSession) {
    this.spec = spec;
    this.#session = session;
  }

  /** @param model the graph's bytes, or the path of its file where weights lie beside it
   *  A graph that takes an adapter is to be given one before the first step. */
  static async open(spec: DecoderSpec, model: Uint8Array | string, parameterCount: number): Promise<Decoder> {
    // Its large buffers are the cache's, which lie here: steps are as fast without an arena, and 2 MB are saved.
    const place = { device: 'cpu', kept: [], hasArena: false } as const;
    return new Decoder(spec, await openSession(model, parameterCount, place));
  }

  /** Another adapter for all rows. What caches hold was computed with the one before. */
  useAdapter(inputs: readonly AdapterInput[]): void {
    this.#least = null;
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
    cache.reserve(row + 1, tokens.length + (tokens.length % 2));
    const tiles = Math.floor(MOST_SCORES / (this.spec.headCount * tokens.length) / TILE_ROWS);
    const most = Math.min(PREFILL_CHUNK, TILE_ROWS * Math.max(1, tiles));
    const { vocabSize, maxPositions } = this.spec;
    for (let start = held; start < tokens.length;) {
      const { first, ids, end } = evenChunk(tokens, start, most, maxPositions);
      const from = Math.max(start, logitsFrom);
      const wanted = Array.from({ length: Math.max(0, end - from) }, (_, i) => from + i);
      const logits = await this.#run(cache, {
        firstRow: row,
        starts: [first],
        ids,
        selected: wanted.map((position) => position - first),
      });
      cache.hold(row, 1, end - start);
      wanted.forEach((position, index) => {
        onLogits(logits.subarray(index * vocabSize, (index + 1) * vocabSize), position);
      });
      start = end;
    }
  }

  /** One more token for each of the first `tokens.length` rows; returns their logits, (rows or more, vocab), valid
   *  until the next step.
   *  A row's logits must not depend, not in the last bit, on how many others are in the batch: where this processor
   *  multiplies a vector by other code than a matrix, a single row is run beside another. */
  async decode(cache: KvCache, tokens: readonly number[]): Promise<Float32Array> {
    this.#least ??= await this.#cheapestExactBatch();
    return this.#step(cache, tokens, this.#least);
  }

  /** What rows beside the wanted ones write lies behind what they hold, and is not held. */
  async #step(cache: KvCache, tokens: readonly number[], least: LeastBatch): Promise<Float32Array> {
    const count = tokens.length;
    const batch = Math.max(count, least.rows);
    cache.reserve(batch, Math.max(...cache.lengths) + 1);
    const logits = await this.#run(cache, {
      firstRow: 0,
      starts: cache.lengths.slice(0, batch),
      ids: Array.from({ length: batch }, (_, row) => tokens[row] ?? 0),
      selected: Array.from({ length: Math.max(count, least.logits) }, (_, row) => Math.min(row, batch - 1)),
    });
    cache.hold(0, count, 1);
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

  /** Writes keys and values into the cache; returns logits that are valid until the next step. */
  async #run(cache: KvCache, step: Step): Promise<Float32Array> {
    const { firstRow, starts, ids, selected } = step;
    const batch = starts.length;
    const time = ids.length / batch;
    const view = cache.view(firstRow, batch);
    const held = this.#tensorsOf(view);
    const logits = this.#logitsOf(selected.length);
    const feeds = {
      ...this.#adapter,
      ...held.past,
      ids: int64(ids, [batch, time]),
      sel: int64(selected),
      seqlens: new ort.Tensor(
        'int32',
        starts.map((start) => start + time - 1),
        [batch],
      ),
      total: new ort.Tensor('int32', [Math.max(...starts) + time], [1]),
    };
    await runInPlace(this.#session, feeds, { ...held.present, logits });
    return logits.data as Float32Array;
  }

  /** Inputs and outputs that are the same buffers. */
  #tensorsOf(view: CacheView): CacheTensors {
    const known = this.#tensors.get(view);
    if (known) return known;
    const tensors: CacheTensors = { past: {}, present: {} };
    view.buffers.forEach((buffer, index) => {
      const tensor = new ort.Tensor('float32', buffer, view.shape);
      const { past, present } = cacheNames(index >> 1);
      tensors.past[past[index & 1]!] = tensor;
      tensors.present[present[index & 1]!] = tensor;
    });
    this.#tensors.set(view, tensors);
    return tensors;
  }

  /** (rows, vocab), the one of the step before where that had as many rows. */
  #logitsOf(rows: number): ort.Tensor {
    if (this.#logits?.dims[0] === rows) return this.#logits;
    const { vocabSize } = this.spec;
    this.#logits = new ort.Tensor('float32', new Float32Array(rows * vocabSize), [rows, vocabSize]);
    return this.#logits;
  }
}

function int64(values: readonly number[], shape: readonly number[] = [values.length]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
}

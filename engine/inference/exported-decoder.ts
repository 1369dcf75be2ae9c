/** An exported graph as something that can be run: the same steps as the graph built here, with the cache passed in
 *  whole and its new rows taken from what comes out.
 *  Rows are run one by one: exports differ in where they expect the gaps of unequal rows, and a row by itself has
 *  none. What a row computes cannot depend on others. */
import * as ort from 'onnxruntime-node';
import type { ExportedGraph } from '../checkpoint/checkpoint.ts';
import { EngineError } from '../errors.ts';
import type { Device } from '../device/devices.ts';
import { KvCache } from './kv-cache.ts';
import { openSession } from './session.ts';
import type { OnLogits, StepDecoder } from './step-decoder.ts';

/** Tokens of one prefill step: attention scores take heads × chunk × length floats. */
const PREFILL_CHUNK = 512;
/** Exports give logits of every position: (chunk, vocab) floats. */
const MOST_LOGITS = 2 ** 25;

export class ExportedDecoder implements StepDecoder {
  readonly spec: ExportedGraph;
  readonly resumes = false;
  readonly #session: ort.InferenceSession;

  private constructor(graph: ExportedGraph, session: ort.InferenceSession) {
    this.spec = graph;
    this.#session = session;
  }

  /** @throws EngineError E_CHECKPOINT_INVALID when ONNX Runtime refuses the file */
  static async open(graph: ExportedGraph, device: Device = 'cpu'): Promise<ExportedDecoder> {
    try {
      const place = { device, kept: [] };
      return new ExportedDecoder(graph, await openSession(graph.path, graph.parameterCount, place));
    } catch (cause) {
      throw new EngineError('E_CHECKPOINT_INVALID', `${graph.path}: ${String(cause).slice(0, 400)}`, {
        cause,
      });
    }
  }

  newCache(): KvCache {
    return new KvCache(this.spec);
  }

  async prefill(
    cache: KvCache,
    row: number,
    tokens: readonly number[],
    logitsFrom: number,
    onLogits: OnLogits,
  ): Promise<void> {
    cache.truncate(row, 0);
    const chunkSize = Math.max(1, Math.min(PREFILL_CHUNK, Math.floor(MOST_LOGITS / this.spec.vocabSize)));
    for (let start = 0; start < tokens.length; start += chunkSize) {
      const chunk = tokens.slice(start, start + chunkSize);
      const kept = Math.min(chunk.length, Math.max(1, start + chunk.length - logitsFrom));
      const logits = await this.#run(cache, row, chunk, kept);
      for (let index = 0; index < kept; index++) {
        const position = start + chunk.length - kept + index;
        if (position >= logitsFrom) onLogits(logits(index), position);
      }
    }
  }

  async decode(cache: KvCache, tokens: readonly number[]): Promise<Float32Array> {
    const { vocabSize } = this.spec;
    const result = new Float32Array(tokens.length * vocabSize);
    for (const [row, token] of tokens.entries()) {
      const logits = await this.#run(cache, row, [token], 1);
      result.set(logits(0), row * vocabSize);
    }
    return result;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  /** Reads the next tokens of one row. Returns the logits of the last `kept` positions by index. */
  async #run(
    cache: KvCache,
    row: number,
    ids: readonly number[],
    kept: number,
  ): Promise<(index: number) => Float32Array> {
    const { layerCount, kvHeadCount, headSize, vocabSize } = this.spec;
    const time = ids.length;
    cache.reserve(row + 1, 1);
    const past = cache.lengths[row]!;
    const total = past + time;
    const integers = (values: readonly number[], shape = [1, values.length]) =>
      new ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
    const feeds: Record<string, ort.Tensor> = {
      input_ids: integers(ids),
      attention_mask: integers(Array.from({ length: total }, () => 1)),
    };
    if (this.spec.hasPositionIds) feeds['position_ids'] = integers(ids.map((_, i) => past + i));
    if (this.spec.hasLogitsToKeep) feeds['num_logits_to_keep'] = integers([kept], []);
    const held = cache.held(row);
    for (let layer = 0; layer < layerCount; layer++) {
      for (const [which, name] of ['key', 'value'].entries()) {
        feeds[`past_key_values.${layer}.${name}`] = new ort.Tensor('float32', held[2 * layer + which]!, [
          1,
          kvHeadCount,
          past,
          headSize,
        ]);
      }
    }
    const outputs = await this.#session.run(feeds);
    const expected = kvHeadCount * total * headSize;
    const fresh = new Float32Array(2 * layerCount * kvHeadCount * time * headSize);
    let next = 0;
    for (let layer = 0; layer < layerCount; layer++) {
      for (const name of ['key', 'value']) {
        const present = outputs[`present.${layer}.${name}`]!.data as Float32Array; // (1, kvHeads, total, headSize)
        if (present.length !== expected) throw this.#unexpected(`present.${layer}.${name}`, present.length);
        for (let head = 0; head < kvHeadCount; head++) {
          const from = (head * total + past) * headSize;
          fresh.set(present.subarray(from, from + time * headSize), next);
          next += time * headSize;
        }
      }
    }
    cache.reserve(row + 1, total);
    cache.append(fresh, row, 1, time);
    const logits = outputs['logits']!.data as Float32Array; // (1, time or kept, vocab)
    const positions = logits.length / vocabSize;
    if (positions !== time && positions !== kept) throw this.#unexpected('logits', logits.length);
    return (index) => {
      const position = positions - kept + index;
      return logits.subarray(position * vocabSize, (position + 1) * vocabSize);
    };
  }

  #unexpected(name: string, length: number): EngineError {
    return new EngineError(
      'E_SHAPE_MISMATCH',
      `${this.spec.path}: ${name} has ${length} elements, which config.json does not lead to`,
    );
  }
}

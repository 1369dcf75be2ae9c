/** An exported graph as something that can be run: the same steps as the graph built here, with the cache passed in and
 *  taken out whole.
 *  Rows are run one by one: exports differ in where they expect the gaps of unequal rows, and a row by itself has
 *  none. */
import * as ort from 'onnxruntime-node';
import type { ExportedGraph } from '../checkpoint/checkpoint.ts';
import { EngineError } from '../errors.ts';
import type { Device } from '../device/devices.ts';
import type { CachedRow } from './device-cache.ts';
import { int64, RowDecoder, type RowStep } from './row-decoder.ts';
import { openSession } from './session.ts';
import { PREFILL_CHUNK } from './step-decoder.ts';

/** Exports give logits of every position: (chunk, vocab) floats. */
const MOST_LOGITS = 2 ** 25;

export class ExportedDecoder extends RowDecoder {
  readonly spec: ExportedGraph;
  protected readonly chunk: number;
  /** k and v of each layer in turn. */
  readonly #cached: readonly string[];

  private constructor(graph: ExportedGraph, session: ort.InferenceSession) {
    super(session, graph);
    this.spec = graph;
    this.chunk = Math.max(1, Math.min(PREFILL_CHUNK, Math.floor(MOST_LOGITS / graph.vocabSize)));
    this.#cached = Array.from({ length: graph.layerCount }, (_, layer) => [
      `${layer}.key`,
      `${layer}.value`,
    ]).flat();
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

  protected async step(held: CachedRow, ids: readonly number[], kept: number): Promise<RowStep> {
    const { kvHeadCount, headSize, vocabSize } = this.spec;
    const time = ids.length;
    const length = held.length + time;
    const feeds: Record<string, ort.Tensor> = {
      ...this.pasts(
        held,
        this.#cached.map((name) => `past_key_values.${name}`),
      ),
      input_ids: int64(ids, [1, time]),
      attention_mask: int64(
        Array.from({ length }, () => 1),
        [1, length],
      ),
    };
    if (this.spec.hasPositionIds) {
      const positions = ids.map((_, i) => held.length + i);
      feeds['position_ids'] = int64(positions, [1, time]);
    }
    // Of none, all are given.
    const asked = Math.max(1, kept);
    if (this.spec.hasLogitsToKeep) feeds['num_logits_to_keep'] = int64([asked], []);
    const outputs = await this.session.run(feeds);
    const tensors = this.#cached.map((name) => {
      const present = outputs[`present.${name}`]!; // (1, kvHeads, length, headSize)
      if (present.size !== kvHeadCount * length * headSize) {
        throw this.#unexpected(`present.${name}`, present.size);
      }
      return present;
    });
    const logits = outputs['logits']!.data as Float32Array; // (1, time or asked, vocab)
    const positions = logits.length / vocabSize;
    if (positions !== time && positions !== asked) throw this.#unexpected('logits', logits.length);
    return { logits: logits.subarray((positions - kept) * vocabSize), row: { length, tensors } };
  }

  #unexpected(name: string, length: number): EngineError {
    return new EngineError(
      'E_SHAPE_MISMATCH',
      `${this.spec.path}: ${name} has ${length} elements, which config.json does not lead to`,
    );
  }
}

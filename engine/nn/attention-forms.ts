/** The ways in which the inference graph attends over its cache, and what each is for. */
import type { OnnxGraph, Value } from '../onnx/graph.ts';
import type { DecoderSpec } from './decoder-spec.ts';
import { inPlaceAttention, wholeAttention } from './whole-attention.ts';

/** The cache's part of a graph that is being built. */
export interface AttentionForm {
  /** Position of each row's last token, (batch, 1) int64. */
  lastPositions(): Value;
  /** Of one layer: its attention, (batch, time, heads · headSize).
   *  @param queryKeyValues packed into the first, or three
   *  @param angles cosines and sines, (positions, headSize / 2); null: nothing is rotated */
  attend(
    layer: number,
    queryKeyValues: readonly (Value | null)[],
    angles: readonly [Value, Value] | null,
  ): Value;
  /** After the last layer: declares the graph's outputs for the cache. */
  finish(): void;
}

/** How a graph is built for where it runs. */
export interface GraphForm {
  /** @param queryScale factor that the queries it is given hold already, of the scores' */
  readonly attention: (graph: OnnxGraph, spec: DecoderSpec, queryScale: number) => AttentionForm;
  /** Of products with weights of few bits: 4 rounds activations to int8, 0 leaves them float32. */
  readonly accuracyLevel: 0 | 4;
}

/** - inPlace: the cache lies in buffers of the processor, into which the new rows are written; products in int8, half
 *    and less of the time of those in float32
 *  - whole: the cache goes in and comes out, and stays on the device; nothing is rounded */
export const graphForms = {
  inPlace: { attention: inPlaceAttention, accuracyLevel: 4 },
  whole: { attention: wholeAttention, accuracyLevel: 0 },
} as const satisfies Record<string, GraphForm>;

export type GraphFormName = keyof typeof graphForms;

/** ONNX Runtime's attention of grouped queries over a past and new tokens, as one node. */
import type { OnnxGraph, Value } from '../onnx/graph.ts';
import type { DecoderSpec } from './decoder-spec.ts';
import { graphHeadSize } from './head-padding.ts';

export interface GroupQueryInputs {
  /** Packed into the first, or three. */
  readonly queryKeyValues: readonly (Value | null)[];
  /** (rows, kvHeads, past, headSize) */
  readonly pastKeys: Value;
  readonly pastValues: Value;
  /** Tokens of each row after this step, minus one, (rows) int32. */
  readonly seqlens: Value;
  /** Of the longest row after this step, (1) int32. */
  readonly total: Value;
  /** Cosines and sines, (positions, headSize / 2); null: nothing is rotated. */
  readonly angles: readonly [Value, Value] | null;
  /** A score of each head, (heads), that takes part in its softmax with no value of its own; null: none. */
  readonly sinks: Value | null;
}

/** Attention, and keys and values of past and new tokens, (rows, kvHeads, present, headSize).
 *  @param scale of the scores
 *  @param rows name of the size
 *  @param window positions that a token sees; null: all
 *  @param names of the keys and values, where they are outputs of the graph */
export function groupQueryAttention(
  graph: OnnxGraph,
  spec: DecoderSpec,
  { queryKeyValues, pastKeys, pastValues, seqlens, total, angles, sinks }: GroupQueryInputs,
  scale: number,
  rows: string,
  window: number | null,
  names: readonly string[] = [],
): readonly [attention: Value, keys: Value, values: Value] {
  const { headCount, kvHeadCount } = spec;
  const headSize = graphHeadSize(spec);
  const present = (name: string | undefined) => ({
    dtype: 'float32' as const,
    shape: [rows, kvHeadCount, 'present', headSize],
    ...(name !== undefined && { name }),
  });
  const [attention, keys, values] = graph.node(
    'GroupQueryAttention',
    [
      ...queryKeyValues,
      pastKeys,
      pastValues,
      seqlens,
      total,
      ...(angles ?? (sinks ? [null, null] : [])),
      // Positions and a bias stand between.
      ...(sinks ? [null, null, sinks] : []),
    ],
    [
      { dtype: 'float32', shape: ['batch', 'time', headCount * headSize] },
      present(names[0]),
      present(names[1]),
    ],
    {
      domain: 'com.microsoft',
      attributes: {
        num_heads: headCount,
        kv_num_heads: kvHeadCount,
        do_rotary: angles === null ? 0 : 1,
        scale: { float: scale },
        ...(window !== null && { local_window_size: window }),
      },
    },
  );
  return [attention!, keys!, values!];
}

/** Attention over a cache that is passed in whole and comes out whole, as nodes of the inference graph.
 *
 *  Inputs
 *    seqlens (batch) int32: tokens of each row after this step, minus one
 *    total   (1) int32: of the longest row after this step
 *    past_k.l, past_v.l  (batch, kvHeads, past, headSize)
 *  Outputs
 *    present_k.l, present_v.l  (batch, kvHeads, present, headSize)
 *    unread  of the form that writes in place, the first of all outputs: a sequence, which is no tensor */
import type { OnnxGraph, Value } from '../onnx/graph.ts';
import { onnxDataType } from '../tensor/dtype.ts';
import type { AttentionForm } from './attention-forms.ts';
import { attentionOf, type DecoderSpec } from './decoder-spec.ts';
import { groupQueryAttention } from './group-query-attention.ts';
import { graphHeadSize } from './head-padding.ts';

/** Of a layer's keys and values, as they go in and come out. */
export function cacheNames(layer: number): { readonly past: string[]; readonly present: string[] } {
  return {
    past: [`past_k.${layer}`, `past_v.${layer}`],
    present: [`present_k.${layer}`, `present_v.${layer}`],
  };
}

/** The output that ends the reading of results; see in-place-run.ts. */
export const UNREAD_OUTPUT = 'unread';

/** On a device, where outputs stay. */
export function wholeAttention(graph: OnnxGraph, spec: DecoderSpec, queryScale: number): AttentionForm {
  return cacheAttention(graph, spec, spec.attentionScale / queryScale, null);
}

function cacheAttention(
  graph: OnnxGraph,
  spec: DecoderSpec,
  scale: number,
  sinks: Value | null,
): AttentionForm {
  const seqlens = graph.input('seqlens', 'int32', ['batch']);
  const total = graph.input('total', 'int32', [1]);
  const shape = ['batch', spec.kvHeadCount, 'past', graphHeadSize(spec)];
  const presents: Value[] = [];
  return {
    lastPositions() {
      const last = graph.apply('Cast', [seqlens], ['batch'], {
        dtype: 'int64',
        attributes: { to: onnxDataType.int64 },
      });
      return graph.apply('Reshape', [last, graph.int64([-1, 1])], ['batch', 1]);
    },
    attend(layer, queryKeyValues, angles) {
      const names = cacheNames(layer);
      const [pastKeys, pastValues] = names.past.map((name) => graph.input(name, 'float32', shape));
      const [attention, ...present] = groupQueryAttention(
        graph,
        spec,
        { queryKeyValues, pastKeys: pastKeys!, pastValues: pastValues!, seqlens, total, angles, sinks },
        scale,
        'batch',
        attentionOf(spec, layer).window,
        names.present,
      );
      presents.push(...present);
      return attention;
    },
    finish() {
      presents.forEach((present) => graph.output(present));
    },
  };
}

/** So small a score that its share of any softmax is 0. */
const NO_SCORE = -1e30;

/** On the processor, where each output is one of the inputs: nothing of the cache is copied.
 *
 *  Given sinks, ONNX Runtime 1.30 attends by matrix products, without them by loops of its own that use a quarter of
 *  what AVX has. A single row, which decoding has for each head, it multiplies by a matrix in place if the scale is 1. */
export function inPlaceAttention(graph: OnnxGraph, spec: DecoderSpec, queryScale: number): AttentionForm {
  graph.sequenceOutput(UNREAD_OUTPUT, graph.int64([0]));
  const sinks = graph.constant('float32', [spec.headCount], new Float32Array(spec.headCount).fill(NO_SCORE));
  return cacheAttention(graph, spec, spec.attentionScale / queryScale, sinks);
}

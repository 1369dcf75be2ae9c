/** The decoder as a graph for inference: fused operators, a key-value cache outside the graph.
 *  Knows the computation; knows neither where weights come from nor where they are kept.
 *
 *  Inputs
 *    ids      (batch, time) int64
 *    seqlens  (batch) int32: tokens of each row after this step, minus one
 *    total    (1) int32: the longest row after this step
 *    sel      (selected) int64: rows of the flattened (batch · time) whose logits are wanted
 *    fresh    (rows) int64: rows of the flattened (batch · kvHeads · positions) that this step wrote
 *    past_k.l, past_v.l  (batch, kvHeads, pastPositions, headSize)
 *  Outputs
 *    logits   (selected, vocab)
 *    fresh_kv (2 · layers · rows, headSize): k then v of each layer, only the rows named by `fresh`
 *
 *  The cache is not an output: ONNX Runtime copies every output, so that a step would cost the whole cache. */
import type { OnnxGraph, Value } from '../onnx/graph.ts';
import { embeddingName, finalNormName, headName, layerNames, type DecoderSpec } from './decoder-spec.ts';
import { embeddingMatrix, linearMatrix, type PlaceWeight } from './matrices.ts';
import { precisions, roundedToFloat16, type Precision } from './precision.ts';
import { rotaryTables } from './rotary.ts';

/** Raise when the graph changes: cached graphs of an older version are then left alone. */
export const INFERENCE_GRAPH_VERSION = 1;

/** The attention operator takes heads whose size is a multiple of 16. Smaller ones are filled up with zeros, each
 *  half by itself, since rotation pairs the halves: products, and so results, stay the same. */
const HEAD_UNIT = 16;

/** Size of a head within the graph and its cache. */
export function graphHeadSize(spec: DecoderSpec): number {
  return Math.ceil(spec.headSize / HEAD_UNIT) * HEAD_UNIT;
}

export interface WeightPlacer {
  /** A stored weight by its Hugging Face name, row-major. */
  read(name: string): Promise<Float32Array>;
  readonly place: PlaceWeight;
}

/** Builds into `graph`, reading one weight at a time. */
export async function buildInferenceGraph(
  graph: OnnxGraph,
  spec: DecoderSpec,
  precision: Precision,
  weights: WeightPlacer,
): Promise<void> {
  const format = precisions[precision];
  const read = async (name: string) => {
    const data = await weights.read(name);
    return precision === 'float16' ? roundedToFloat16(data) : data;
  };
  const { hiddenSize, headCount, kvHeadCount, layerCount, vocabSize } = spec;
  const headSize = graphHeadSize(spec);
  const hidden = ['batch', 'time', hiddenSize]; // (batch, time, hidden)
  const querySize = headCount * headSize;
  const kvSize = kvHeadCount * headSize;

  const ids = graph.input('ids', 'int64', ['batch', 'time']);
  const seqlens = graph.input('seqlens', 'int32', ['batch']);
  const total = graph.input('total', 'int32', [1]);
  const sel = graph.input('sel', 'int64', ['selected']);
  const fresh = graph.input('fresh', 'int64', ['rows']);

  const tables = rotaryTables(spec.maxPositions, spec.headSize, headSize, spec.ropeTheta);
  const tableShape = [spec.maxPositions, headSize / 2];
  const cos = await weights.place('rotary.cos', 'float32', tableShape, tables.cos);
  const sin = await weights.place('rotary.sin', 'float32', tableShape, tables.sin);

  const vector = async (name: string) => weights.place(name, 'float32', [hiddenSize], await read(name));

  /** x · Wᵀ, several weights side by side. */
  const linear = async (
    x: Value,
    name: string,
    parts: readonly Float32Array[],
    inSize: number,
    outSize: number,
  ) => {
    const matrix = await linearMatrix(graph, weights.place, name, parts, inSize, format);
    return matrix.multiply(x, ['batch', 'time', outSize]);
  };

  const project = async (x: Value, name: string, inSize: number, outSize: number) =>
    linear(x, name, [await read(name)], inSize, outSize);

  /** Adds to the residual stream and normalises the sum. */
  const addAndNormalise = async (branch: Value, residual: Value, normName: string) => {
    const type = { dtype: 'float32', shape: hidden } as const;
    const [normal, , , sum] = graph.node(
      'SkipSimplifiedLayerNormalization',
      [branch, residual, await vector(normName)],
      [type, null, null, type],
      { domain: 'com.microsoft', attributes: { epsilon: { float: spec.rmsNormEps } } },
    );
    return { normal: normal!, residual: sum! };
  };

  const table = async (name: string) =>
    embeddingMatrix(graph, weights.place, name, await read(name), hiddenSize, format);

  const embedding = await table(embeddingName);
  const embedded = embedding.gather(ids, hidden);
  const firstNorm = graph.apply(
    'SimplifiedLayerNormalization',
    [embedded, await vector(layerNames(0).inputNorm)],
    hidden,
    { attributes: { epsilon: { float: spec.rmsNormEps }, axis: -1, stash_type: 1 } },
  );
  let stream = { normal: firstNorm, residual: embedded };
  const freshRows: Value[] = [];

  for (let layer = 0; layer < layerCount; layer++) {
    const names = layerNames(layer);
    const parts: Float32Array[] = [];
    for (const name of [names.q, names.k, names.v]) {
      parts.push(withPaddedHeads(await read(name), spec, hiddenSize));
    }
    const qkv = await linear(stream.normal, names.q, parts, hiddenSize, querySize + 2 * kvSize);
    const attention = attend(layer, qkv);
    const output = withPaddedHeads(await read(names.o), spec, 1);
    const projected = await linear(attention, names.o, [output], querySize, hiddenSize);
    stream = await addAndNormalise(projected, stream.residual, names.postNorm);
    const wide = ['batch', 'time', spec.intermediateSize];
    const gate = await project(stream.normal, names.gate, hiddenSize, spec.intermediateSize);
    const up = await project(stream.normal, names.up, hiddenSize, spec.intermediateSize);
    // QuickGelu with alpha 1 is x · sigmoid(x), which is SiLU.
    const activated = graph.apply('QuickGelu', [gate], wide, {
      domain: 'com.microsoft',
      attributes: { alpha: { float: 1 } },
    });
    const product = graph.apply('Mul', [activated, up], wide);
    const down = await project(product, names.down, spec.intermediateSize, hiddenSize);
    const nextNorm = layer + 1 < layerCount ? layerNames(layer + 1).inputNorm : finalNormName;
    stream = await addAndNormalise(down, stream.residual, nextNorm);
  }

  const flat = graph.apply(
    'Reshape',
    [stream.normal, graph.int64([-1, hiddenSize])],
    ['batch*time', hiddenSize],
  );
  const selected = graph.apply('Gather', [flat, sel], ['selected', hiddenSize], { attributes: { axis: 0 } });
  const head = spec.tiedEmbeddings ? embedding : await table(headName);
  graph.output(head.multiply(selected, ['selected', vocabSize], 'logits'));
  graph.output(
    graph.apply('Concat', freshRows, ['2*layers*rows', headSize], {
      name: 'fresh_kv',
      attributes: { axis: 0 },
    }),
  );

  function attend(layer: number, qkv: Value): Value {
    const past = ['batch', kvHeadCount, 'past', headSize]; // (batch, kvHeads, pastPositions, headSize)
    const pastK = graph.input(`past_k.${layer}`, 'float32', past);
    const pastV = graph.input(`past_v.${layer}`, 'float32', past);
    const present = {
      dtype: 'float32',
      shape: ['batch', kvHeadCount, 'present', headSize],
    } as const;
    const [attention, presentK, presentV] = graph.node(
      'GroupQueryAttention',
      [qkv, null, null, pastK, pastV, seqlens, total, cos, sin],
      [{ dtype: 'float32', shape: ['batch', 'time', querySize] }, present, present],
      {
        domain: 'com.microsoft',
        attributes: {
          num_heads: headCount,
          kv_num_heads: kvHeadCount,
          do_rotary: 1,
          scale: { float: 1 / Math.sqrt(spec.headSize) },
        },
      },
    );
    for (const whole of [presentK!, presentV!]) {
      const rows = graph.apply(
        'Reshape',
        [whole, graph.int64([-1, headSize])],
        ['batch*kvHeads*present', headSize],
      );
      freshRows.push(graph.apply('Gather', [rows, fresh], ['rows', headSize], { attributes: { axis: 0 } }));
    }
    return attention!;
  }
}

/** Heads filled up to the size of the graph. A head's elements stand `stride` apart: the width of a row where heads
 *  are rows, 1 where they are columns. */
function withPaddedHeads(data: Float32Array, spec: DecoderSpec, stride: number): Float32Array {
  const padded = graphHeadSize(spec);
  if (padded === spec.headSize) return data;
  const half = (spec.headSize / 2) * stride;
  const paddedHalf = (padded / 2) * stride;
  const result = new Float32Array((data.length / half) * paddedHalf);
  for (let index = 0; index * half < data.length; index++) {
    result.set(data.subarray(index * half, (index + 1) * half), index * paddedHalf);
  }
  return result;
}

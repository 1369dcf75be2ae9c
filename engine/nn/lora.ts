/** Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685): what an adapter is, merged into weights or as inputs of the
 *  inference graph. Knows numbers and names; knows nothing of files. */
import { concatenated } from './matrices.ts';
import {
  layerParameters,
  linearsOf,
  queryKeyValueSizes,
  type LayerParameters,
  type LinearParameters,
} from './decoder-parameters.ts';
import type { DecoderSpec } from './decoder-spec.ts';
import { cut, graphHeadSize, turned, withPaddedHeads } from './head-padding.ts';
import { adapterInputNames } from './inference-graph.ts';

/** W + B · A for one linear layer. */
export interface LoraPair {
  readonly rank: number;
  readonly a: Float32Array; // (rank, in)
  /** The scale is in it. */
  readonly b: Float32Array; // (out, rank)
}

/** By the name of the weight that is adapted. */
export type LoraPairs = ReadonlyMap<string, LoraPair>;

/** A weight with its adapter added, in the layout in which it is stored. */
export function mergedWeight(
  weight: Float32Array,
  { inSize, outSize, transposed }: LinearParameters,
  { rank, a, b }: LoraPair,
): Float32Array {
  const result = weight.slice();
  const row = new Float64Array(inSize);
  for (let out = 0; out < outSize; out++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = b[out * rank + r]!;
      for (let i = 0; i < inSize; i++) row[i]! += factor * a[r * inSize + i]!;
    }
    for (let i = 0; i < inSize; i++) result[transposed ? i * outSize + out : out * inSize + i]! += row[i]!;
  }
  return result;
}

export interface AdapterInput {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly data: Float32Array;
}

/** All inputs of a graph with adapters, of rank 0 where a layer has none. */
export function adapterInputs(spec: DecoderSpec, pairs: LoraPairs): AdapterInput[] {
  return Array.from({ length: spec.layerCount }, (_, index) => layerParameters(spec, index)).flatMap(
    (layer) => linearsOf(layer).flatMap((linear) => inputsOf(spec, layer, linear, pairs.get(linear.weight))),
  );
}

function inputsOf(
  spec: DecoderSpec,
  layer: LayerParameters,
  linear: LinearParameters,
  pair: LoraPair = { rank: 0, a: new Float32Array(0), b: new Float32Array(0) },
): AdapterInput[] {
  const { rank } = pair;
  const names = adapterInputNames(linear.weight);
  const a = linear === layer.attentionOutput ? withPaddedHeads(pair.a, spec, 1) : pair.a; // (rank, in)
  const b = layer.queryKeyValue.includes(linear) ? paddedOutputs(spec, layer, pair) : pair.b; // (out, rank)
  const inSize = linear === layer.attentionOutput ? spec.headCount * graphHeadSize(spec) : linear.inSize;
  const outSize = layer.queryKeyValue.includes(linear)
    ? (linear.outSize / spec.headSize) * graphHeadSize(spec)
    : linear.outSize;
  return [
    { name: names.a, shape: [inSize, rank], data: turned(a, rank, inSize) },
    { name: names.b, shape: [rank, outSize], data: turned(b, outSize, rank) },
  ];
}

/** Rows of heads filled up; of queries, keys and values apart where one matrix holds all. */
function paddedOutputs(
  spec: DecoderSpec,
  { queryKeyValue }: LayerParameters,
  { rank, b }: LoraPair,
): Float32Array {
  if (rank === 0) return b;
  const parts = queryKeyValue.length === 1 ? cut(b, queryKeyValueSizes(spec), rank) : [b];
  return concatenated(parts.map((part) => withPaddedHeads(part, spec, rank)));
}

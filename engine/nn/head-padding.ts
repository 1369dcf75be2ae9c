/** Weights in the sizes that the inference graph wants: heads filled up, matrices turned, joined ones cut apart.
 *  Knows numbers and shapes; knows nothing of graphs or files. */
import type { DecoderSpec } from './decoder-spec.ts';

/** The attention operator takes heads whose size is a multiple of 16. Smaller ones are filled up with zeros, each
 *  half by itself, since rotation pairs the halves: products, and so results, stay the same. */
const HEAD_UNIT = 16;

/** Size of a head within the graph and its cache. */
export function graphHeadSize(spec: DecoderSpec): number {
  return Math.ceil(spec.headSize / HEAD_UNIT) * HEAD_UNIT;
}

/** A matrix (in, out) as (out, in). */
export function turned(data: Float32Array, inSize: number, outSize: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let i = 0; i < inSize; i++) {
    for (let o = 0; o < outSize; o++) result[o * inSize + i] = data[i * outSize + o]!;
  }
  return result;
}

/** Consecutive parts of so many rows. */
export function cut(data: Float32Array, rows: readonly number[], width: number): Float32Array[] {
  let start = 0;
  return rows.map((count) => data.subarray(start, (start += count * width)));
}

/** Heads filled up to the size of the graph. A head's elements stand `stride` apart: the width of a row where heads
 *  are rows, 1 where they are columns. */
export function withPaddedHeads(data: Float32Array, spec: DecoderSpec, stride: number): Float32Array {
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

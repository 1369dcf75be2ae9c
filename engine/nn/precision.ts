/** Precisions a model can be run in: how its matrices are stored. Vectors, the cache and all sums are float32.
 *  Knows names and formats; knows nothing of operators. */
import { elementCount, float16ToNumber, numberToFloat16 } from '../tensor/dtype.ts';
import type { ParameterSpec } from './decoder-parameters.ts';
import type { BlockFormat } from '../tensor/block-quantise.ts';

/** How the matrices of a model are stored; null is float32. */
interface MatrixFormats {
  readonly layers: BlockFormat | null;
  /** Of the token embedding and the head. */
  readonly vocabulary: BlockFormat | null;
}

const bytes = { bits: 8, blockSize: 64 } as const;
const nibbles = { bits: 4, blockSize: 64 } as const;

/** - float16: every weight rounded to half precision; the processor computes in float32 all the same
 *  - int8, int4: blocks of whole numbers that share a scale; int4 keeps the vocabulary in int8, where four
 *    bits cost most. engine/SPEED.md has the perplexity of each. */
export const precisions = {
  float32: { layers: null, vocabulary: null },
  float16: { layers: null, vocabulary: null },
  int8: { layers: bytes, vocabulary: bytes },
  int4: { layers: nibbles, vocabulary: bytes },
} as const satisfies Record<string, MatrixFormats>;

export type Precision = keyof typeof precisions;

/** Bytes of a decoder's weights as they lie in memory: what every decoding step reads.
 *  @param vocabularyNames parameters that are the token embedding or the head */
export function weightBytesOf(
  parameters: readonly ParameterSpec[],
  vocabularyNames: ReadonlySet<string>,
  precision: Precision,
): number {
  const { layers, vocabulary } = precisions[precision];
  return parameters.reduce((sum, { name, shape }) => {
    const format = shape.length < 2 ? null : vocabularyNames.has(name) ? vocabulary : layers;
    const bitsPerWeight = format === null ? 32 : format.bits + 32 / format.blockSize;
    return sum + (elementCount(shape) * bitsPerWeight) / 8;
  }, 0);
}

export function isPrecision(name: unknown): name is Precision {
  return typeof name === 'string' && Object.hasOwn(precisions, name);
}

/** Each value rounded to the nearest float16. */
export function roundedToFloat16(data: Float32Array): Float32Array {
  return Float32Array.from(data, (value) => float16ToNumber(numberToFloat16(value)));
}

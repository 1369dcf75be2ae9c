/** Precisions a model can be run in: how its matrices are stored. Vectors, the cache and all sums are float32.
 *  Knows names and formats; knows nothing of operators. */
import { float16ToNumber, numberToFloat16 } from '../tensor/dtype.ts';
import type { BlockFormat } from '../tensor/block-quantise.ts';

/** - float16: every weight rounded to half precision; the processor computes in float32 all the same
 *  - int8, int4: blocks of whole numbers with a scale and a zero point; see engine/SPEED.md for what they cost */
export const precisions = {
  float32: null,
  float16: null,
  int8: { bits: 8, blockSize: 64 },
  int4: { bits: 4, blockSize: 64 },
} as const satisfies Record<string, BlockFormat | null>;

export type Precision = keyof typeof precisions;

export function isPrecision(name: unknown): name is Precision {
  return typeof name === 'string' && Object.hasOwn(precisions, name);
}

/** Each value rounded to the nearest float16. */
export function roundedToFloat16(data: Float32Array): Float32Array {
  return Float32Array.from(data, (value) => float16ToNumber(numberToFloat16(value)));
}

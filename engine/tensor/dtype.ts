/** Element types of tensors, and conversion of stored half floats to float32.
 *  Knows nothing of files or graphs. */

/** ONNX TensorProto.DataType by name (onnx.proto3, IR version 10). */
export const onnxDataType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
} as const;

export type DType = keyof typeof onnxDataType;

export const bytesPerElement: { readonly [D in DType]: number } = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  float64: 8,
  bfloat16: 2,
};

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

const scratch = new DataView(new ArrayBuffer(4));

/** One IEEE 754 half to a number. */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** A number to the nearest IEEE 754 half, ties to even. */
export function numberToFloat16(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x7f800000) return sign | 0x7c00 | (magnitude > 0x7f800000 ? 0x200 : 0);
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds beyond 65504
  if (magnitude < 0x33000001) return sign; // rounds to zero
  const exponent = magnitude >>> 23;
  const shift = exponent < 113 ? 126 - exponent : 13; // subnormal halves drop more bits
  const mantissa = exponent < 113 ? (magnitude & 0x7fffff) | 0x800000 : magnitude - 0x38000000;
  const half = mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (half + (rest > middle || (rest === middle && half & 1) ? 1 : 0));
}

/** Little-endian float16 values widened to float32. */
export function float16ToFloat32(source: Uint16Array): Float32Array {
  return Float32Array.from(source, float16ToNumber);
}

/** Little-endian bfloat16 values widened to float32: the upper half of the same bits. */
export function bfloat16ToFloat32(source: Uint16Array): Float32Array {
  const bits = new Uint32Array(source.length);
  for (let i = 0; i < source.length; i++) bits[i] = source[i]! << 16;
  return new Float32Array(bits.buffer);
}

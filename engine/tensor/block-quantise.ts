/** Weights in 4 or 8 bits: each row is cut into blocks that share a scale and a zero point.
 *  The layout is that of ONNX Runtime's MatMulNBits and GatherBlockQuantized (com.microsoft, docs/ContribOperators.md).
 *  Knows matrices; knows nothing of graphs or of what a matrix is for. */

import { EngineError } from '../errors.ts';

export interface BlockFormat {
  readonly bits: 4 | 8;
  /** Values that share a scale; a power of two from 16 on. */
  readonly blockSize: number;
}

export interface QuantisedMatrix {
  /** (rows, blocks, blockSize · bits / 8); of two values in a byte the first has the low bits. */
  readonly packed: Uint8Array;
  /** (rows · blocks) */
  readonly scales: Float32Array;
  /** (rows, ⌈blocks · bits / 8⌉), packed as the values are; value = (stored − zero point) · scale. */
  readonly zeroPoints: Uint8Array;
}

export function blocksOf(columns: number, { blockSize }: BlockFormat): number {
  return Math.ceil(columns / blockSize);
}

/** Bytes of zero points in a row. */
export function zeroPointBytes(columns: number, format: BlockFormat): number {
  return Math.ceil((blocksOf(columns, format) * format.bits) / 8);
}

/** Narrowings of a block's range that are tried: cutting off an outlier makes every other value finer. */
const RANGE_FACTORS: { readonly [B in BlockFormat['bits']]: readonly number[] } = {
  4: [1, 0.95, 0.9, 0.85, 0.8, 0.75],
  8: [1],
};

/** Rounds a matrix to the nearest values that its blocks can hold; of several ranges a block takes that of the
 *  least squared error. The last block of a row is filled up with its zero point.
 *  @param data (rows, columns), row-major
 *  @throws EngineError E_CHECKPOINT_INVALID for a value that is not finite */
export function quantiseBlocks(data: Float32Array, columns: number, format: BlockFormat): QuantisedMatrix {
  const { bits, blockSize } = format;
  const rows = data.length / columns;
  const blocks = blocksOf(columns, format);
  const blockBytes = (blockSize * bits) / 8;
  const zeroBytes = zeroPointBytes(columns, format);
  const packed = new Uint8Array(rows * blocks * blockBytes);
  const scales = new Float32Array(rows * blocks);
  const zeroPoints = new Uint8Array(rows * zeroBytes);
  const most = 2 ** bits - 1;
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const start = row * columns + block * blockSize;
      const end = Math.min(start + blockSize, (row + 1) * columns);
      const { scale, zero } = bestRange(data, start, end, most, RANGE_FACTORS[bits]);
      const index = row * blocks + block;
      scales[index] = scale;
      const zeroAt = row * zeroBytes + ((block * bits) >> 3);
      zeroPoints[zeroAt]! |= zero << ((block * bits) & 7);
      for (let i = 0; i < blockSize; i++) {
        const value = start + i < end ? quantised(data[start + i]!, scale, zero, most) : zero;
        packed[index * blockBytes + ((i * bits) >> 3)]! |= value << ((i * bits) & 7);
      }
    }
  }
  return { packed, scales, zeroPoints };
}

/** Zero always has a value of its own: most weights are near it. */
function bestRange(
  data: Float32Array,
  start: number,
  end: number,
  most: number,
  factors: readonly number[],
): { scale: number; zero: number } {
  let low = 0;
  let high = 0;
  let sum = 0;
  for (let i = start; i < end; i++) {
    const value = data[i]!;
    sum += value;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  // In fewer bits a damaged weight would look like any other.
  if (!Number.isFinite(sum)) throw new EngineError('E_CHECKPOINT_INVALID', 'a weight is not a finite number');
  let best = { scale: 0, zero: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (const factor of factors) {
    const scale = Math.fround(((high - low) * factor) / most);
    if (!(scale > 0)) break; // all zero, or too small for a float32
    const zero = Math.min(most, Math.max(0, Math.round((-low * factor) / scale)));
    if (factors.length === 1) return { scale, zero };
    let error = 0;
    for (let i = start; i < end && error < least; i++) {
      const off = (quantised(data[i]!, scale, zero, most) - zero) * scale - data[i]!;
      error += off * off;
    }
    if (error < least) {
      least = error;
      best = { scale, zero };
    }
  }
  return best;
}

function quantised(value: number, scale: number, zero: number, most: number): number {
  if (scale === 0) return zero;
  const stored = Math.round(value / scale) + zero;
  return stored < 0 ? 0 : stored > most ? most : stored;
}

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

/** Rounds a matrix to the nearest values that its blocks can hold, each from its least to its largest, zero included.
 *  (Narrower ranges of less squared error made SmolLM2's perplexity worse: outliers matter more than the rest.)
 *  The last block of a row is filled up with its zero point.
 *  @param data (rows, columns), row-major
 *  @throws EngineError E_CHECKPOINT_INVALID for a value that is not finite */
export function quantiseBlocks(data: Float32Array, columns: number, format: BlockFormat): QuantisedMatrix {
  const { bits, blockSize } = format;
  const rows = data.length / columns;
  const blocks = blocksOf(columns, format);
  const zeroBytes = zeroPointBytes(columns, format);
  const packed = new Uint8Array((rows * blocks * blockSize * bits) / 8);
  const scales = new Float32Array(rows * blocks);
  const zeroPoints = new Uint8Array(rows * zeroBytes);
  const most = 2 ** bits - 1;
  const stored = new Uint8Array(blockSize);
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const start = row * columns + block * blockSize;
      const length = Math.min(blockSize, columns - block * blockSize);
      const index = row * blocks + block;
      const { low, high } = rangeOf(data, start, length);
      const scale = Math.fround((high - low) / most);
      const steps = scale > 0 ? 1 / scale : 0;
      const zero = Math.round(-low * steps);
      scales[index] = scale;
      zeroPoints[row * zeroBytes + ((block * bits) >> 3)]! |= zero << ((block * bits) & 7);
      for (let i = 0; i < length; i++) {
        const value = Math.round(data[start + i]! * steps) + zero;
        stored[i] = value < 0 ? 0 : value > most ? most : value;
      }
      stored.fill(zero, length);
      pack(stored, bits, packed, (index * blockSize * bits) / 8);
    }
  }
  return { packed, scales, zeroPoints };
}

/** Least and largest value, zero included: it always has a value of its own, since most weights are near it. */
function rangeOf(data: Float32Array, start: number, length: number): { low: number; high: number } {
  let low = 0;
  let high = 0;
  let sum = 0;
  for (let i = start; i < start + length; i++) {
    const value = data[i]!;
    sum += value;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  // In fewer bits a damaged weight would look like any other.
  if (!Number.isFinite(sum)) throw new EngineError('E_CHECKPOINT_INVALID', 'a weight is not a finite number');
  return { low, high };
}

function pack(stored: Uint8Array, bits: BlockFormat['bits'], packed: Uint8Array, at: number): void {
  if (bits === 8) return packed.set(stored, at);
  for (let i = 0; i < stored.length; i += 2) packed[at + i / 2] = stored[i]! | (stored[i + 1]! << 4);
}

/** Weights in 4 or 8 bits: each row is cut into blocks that share a scale.
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
  /** (rows, blocks); a value is (stored − 2^(bits − 1)) · scale. */
  readonly scales: Float32Array;
}

export function blocksOf(columns: number, { blockSize }: BlockFormat): number {
  return Math.ceil(columns / blockSize);
}

/** Rounds a matrix to the nearest values that its blocks can hold. A block's value of the largest magnitude is kept
 *  as the end of the range that has one step more, −2^(bits − 1), whatever its sign (as GGML's Q4_0 does); zero always
 *  has a value of its own. With zero points, or with ranges of less squared error that cut outliers off, SmolLM2's
 *  perplexity came out worse (engine/SPEED.md). The last block of a row is filled up with zeros.
 *  @param data (rows, columns), row-major
 *  @throws EngineError E_CHECKPOINT_INVALID for a value that is not finite */
export function quantiseBlocks(data: Float32Array, columns: number, format: BlockFormat): QuantisedMatrix {
  const { bits, blockSize } = format;
  const rows = data.length / columns;
  const blocks = blocksOf(columns, format);
  const packed = new Uint8Array((rows * blocks * blockSize * bits) / 8);
  const scales = new Float32Array(rows * blocks);
  const zero = 2 ** (bits - 1);
  const most = 2 ** bits - 1;
  const stored = new Uint8Array(blockSize);
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const start = row * columns + block * blockSize;
      const length = Math.min(blockSize, columns - block * blockSize);
      const index = row * blocks + block;
      const scale = Math.fround(extremeOf(data, start, length) / -zero);
      const steps = scale === 0 ? 0 : 1 / scale;
      scales[index] = scale;
      for (let i = 0; i < length; i++) {
        const value = Math.round(data[start + i]! * steps) + zero;
        stored[i] = value > most ? most : value;
      }
      stored.fill(zero, length);
      pack(stored, bits, packed, (index * blockSize * bits) / 8);
    }
  }
  return { packed, scales };
}

/** The value of the largest magnitude. */
function extremeOf(data: Float32Array, start: number, length: number): number {
  let extreme = 0;
  let sum = 0;
  for (let i = start; i < start + length; i++) {
    const value = data[i]!;
    sum += value;
    if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  }
  // In fewer bits a damaged weight would look like any other.
  if (!Number.isFinite(sum)) throw new EngineError('E_CHECKPOINT_INVALID', 'a weight is not a finite number');
  return extreme;
}

function pack(stored: Uint8Array, bits: BlockFormat['bits'], packed: Uint8Array, at: number): void {
  if (bits === 8) return packed.set(stored, at);
  for (let i = 0; i < stored.length; i += 2) packed[at + i / 2] = stored[i]! | (stored[i + 1]! << 4);
}

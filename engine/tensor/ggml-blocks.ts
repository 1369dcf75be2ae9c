/** Tensor types of GGML files and their conversion to float32 (github.com/ggml-org/ggml, ggml-quants.c).
 *  A quantised row is a list of blocks of values that share a scale. Knows nothing of files. */
import { bfloat16ToFloat32, float16ToFloat32, float16ToNumber } from './dtype.ts';
import { decodeQ2K, decodeQ3K, decodeQ4K, decodeQ5K, decodeQ6K, type BlockDecoder } from './ggml-k-blocks.ts';

export interface GgmlType {
  readonly name: string;
  /** Values in a block. */
  readonly blockSize: number;
  /** Bytes of a block. */
  readonly blockBytes: number;
  /** @param bytes whole blocks, at an offset that is a multiple of 4 */
  toFloat32(bytes: Uint8Array): Float32Array;
}

function quantised(name: string, blockBytes: number, decode: BlockDecoder, blockSize = 32): GgmlType {
  return {
    name,
    blockSize,
    blockBytes,
    toFloat32(bytes) {
      const count = bytes.byteLength / blockBytes;
      const out = new Float32Array(count * blockSize);
      for (let block = 0; block < count; block++) {
        decode(
          new DataView(bytes.buffer, bytes.byteOffset + block * blockBytes, blockBytes),
          out,
          block * blockSize,
        );
      }
      return out;
    },
  };
}

const half = (block: DataView, offset: number) => float16ToNumber(block.getUint16(offset, true));

/** Value j has its four low bits in the low nibble of byte j, value j + 16 in the high nibble. `qh` adds a fifth. */
function nibbles(
  block: DataView,
  offset: number,
  qh: number,
  out: Float32Array,
  start: number,
  valueOf: (q: number) => number,
): void {
  for (let j = 0; j < 16; j++) {
    const byte = block.getUint8(offset + j);
    out[start + j] = valueOf((byte & 15) | (((qh >>> j) & 1) << 4));
    out[start + 16 + j] = valueOf((byte >> 4) | (((qh >>> (16 + j)) & 1) << 4));
  }
}

/** By the number that stands in a GGUF file. */
export const ggmlTypes: ReadonlyMap<number, GgmlType> = new Map<number, GgmlType>([
  [
    0,
    {
      name: 'F32',
      blockSize: 1,
      blockBytes: 4,
      toFloat32: (bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
    },
  ],
  [
    1,
    {
      name: 'F16',
      blockSize: 1,
      blockBytes: 2,
      toFloat32: (bytes) =>
        float16ToFloat32(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)),
    },
  ],
  [
    2,
    quantised('Q4_0', 18, (block, out, start) => {
      const scale = half(block, 0);
      nibbles(block, 2, 0, out, start, (q) => (q - 8) * scale);
    }),
  ],
  [
    3,
    quantised('Q4_1', 20, (block, out, start) => {
      const scale = half(block, 0);
      const least = half(block, 2);
      nibbles(block, 4, 0, out, start, (q) => q * scale + least);
    }),
  ],
  [
    6,
    quantised('Q5_0', 22, (block, out, start) => {
      const scale = half(block, 0);
      nibbles(block, 6, block.getUint32(2, true), out, start, (q) => (q - 16) * scale);
    }),
  ],
  [
    7,
    quantised('Q5_1', 24, (block, out, start) => {
      const scale = half(block, 0);
      const least = half(block, 2);
      nibbles(block, 8, block.getUint32(4, true), out, start, (q) => q * scale + least);
    }),
  ],
  [
    8,
    quantised('Q8_0', 34, (block, out, start) => {
      const scale = half(block, 0);
      for (let j = 0; j < 32; j++) out[start + j] = block.getInt8(2 + j) * scale;
    }),
  ],
  [10, quantised('Q2_K', 84, decodeQ2K, 256)],
  [11, quantised('Q3_K', 110, decodeQ3K, 256)],
  [12, quantised('Q4_K', 144, decodeQ4K, 256)],
  [13, quantised('Q5_K', 176, decodeQ5K, 256)],
  [14, quantised('Q6_K', 210, decodeQ6K, 256)],
  [
    30,
    {
      name: 'BF16',
      blockSize: 1,
      blockBytes: 2,
      toFloat32: (bytes) =>
        bfloat16ToFloat32(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)),
    },
  ],
]);

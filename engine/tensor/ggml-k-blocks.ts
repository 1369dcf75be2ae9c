/** The K-quants of GGML: blocks of 256 values in sub-blocks of 16 or 32, whose own scales are quantised too
 *  (github.com/ggml-org/ggml, ggml-quants.c). Knows nothing of files. */
import { float16ToNumber } from './dtype.ts';

/** Writes one block of 256 values from `start`. */
export type BlockDecoder = (block: DataView, out: Float32Array, start: number) => void;

const half = (block: DataView, offset: number) => float16ToNumber(block.getUint16(offset, true));

/** Values of 2 bits: value 128g + 32p + j stands in byte 32g + j of `offset`, in the p-th pair of its bits. */
function pairOf(block: DataView, offset: number, value: number): number {
  const byte = block.getUint8(offset + (value >> 7) * 32 + (value & 31));
  return (byte >> (2 * ((value >> 5) & 3))) & 3;
}

/** 84 bytes: a scale and a least value of 4 bits each for 16 values. */
export const decodeQ2K: BlockDecoder = (block, out, start) => {
  const scale = half(block, 80);
  const least = half(block, 82);
  for (let sub = 0; sub < 16; sub++) {
    const byte = block.getUint8(sub);
    const subScale = scale * (byte & 15);
    const subLeast = least * (byte >> 4);
    for (let j = 0; j < 16; j++) {
      out[start + sub * 16 + j] = subScale * pairOf(block, 16, sub * 16 + j) - subLeast;
    }
  }
};

/** 110 bytes: a third bit of each value apart, 4 off where it is 0; scales of 6 bits for 16 values. */
export const decodeQ3K: BlockDecoder = (block, out, start) => {
  const scale = half(block, 108);
  for (let sub = 0; sub < 16; sub++) {
    const low = (block.getUint8(96 + (sub & 7)) >> (4 * (sub >> 3))) & 15;
    const high = (block.getUint8(104 + (sub & 3)) >> (2 * (sub >> 2))) & 3;
    const subScale = scale * ((low | (high << 4)) - 32);
    for (let j = 0; j < 16; j++) {
      const value = sub * 16 + j;
      const third = (block.getUint8(value & 31) >> (value >> 5)) & 1;
      out[start + value] = subScale * (pairOf(block, 32, value) - (third ? 0 : 4));
    }
  }
};

/** Scale and least value of sub-block `sub` of 32, 6 bits each, in the twelve bytes from `offset`: four and four
 *  whole ones with the high bits of the other four and four on top. */
function scaleAndLeast(block: DataView, offset: number, sub: number): { scale: number; least: number } {
  const d = block.getUint8(offset + (sub & 3));
  const m = block.getUint8(offset + 4 + (sub & 3));
  if (sub < 4) return { scale: d & 63, least: m & 63 };
  const both = block.getUint8(offset + 8 + (sub & 3));
  return { scale: (both & 15) | ((d >> 2) & 48), least: (both >> 4) | ((m >> 2) & 48) };
}

/** Two neighbouring sub-blocks of 32 share 32 bytes: the first has the low nibbles.
 *  @param fifthBits where a bit a value more stands, sub-block by sub-block of each byte; null for none */
function decodeNibbles(values: number, fifthBits: number | null): BlockDecoder {
  return (block, out, start) => {
    const scale = half(block, 0);
    const least = half(block, 2);
    for (let sub = 0; sub < 8; sub++) {
      const own = scaleAndLeast(block, 4, sub);
      const subScale = scale * own.scale;
      const subLeast = least * own.least;
      for (let j = 0; j < 32; j++) {
        const low = (block.getUint8(values + (sub >> 1) * 32 + j) >> (4 * (sub & 1))) & 15;
        const fifth = fifthBits === null ? 0 : (block.getUint8(fifthBits + j) >> sub) & 1;
        out[start + sub * 32 + j] = subScale * (low | (fifth << 4)) - subLeast;
      }
    }
  };
}

/** 144 bytes. */
export const decodeQ4K = decodeNibbles(16, null);

/** 176 bytes. */
export const decodeQ5K = decodeNibbles(48, 16);

/** 210 bytes: low nibbles, then high pairs of bits, then a signed scale for 16 values. */
export const decodeQ6K: BlockDecoder = (block, out, start) => {
  const scale = half(block, 208);
  for (let value = 0; value < 256; value++) {
    const group = value >> 7;
    const within = value & 127;
    const low = (block.getUint8(group * 64 + (within & 63)) >> (4 * (within >> 6))) & 15;
    const q = (low | (pairOf(block, 128, value) << 4)) - 32;
    out[start + value] = scale * block.getInt8(192 + (value >> 4)) * q;
  }
};

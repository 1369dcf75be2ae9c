import { expect, test } from '@playwright/test';
import { seededRandom } from '../../../../engine/inference/random.ts';
import { blocksOf, quantiseBlocks, type BlockFormat } from '../../../../engine/tensor/block-quantise.ts';

/** What the operators make of the stored bytes: (value − middle) · scale. */
function dequantised(data: Float32Array, columns: number, format: BlockFormat): Float32Array {
  const { bits, blockSize } = format;
  const { packed, scales } = quantiseBlocks(data, columns, format);
  const rows = data.length / columns;
  const blocks = blocksOf(columns, format);
  return Float32Array.from(data, (_, at) => {
    const row = Math.floor(at / columns);
    const column = at % columns;
    const byte = packed[(row * packed.length) / rows + Math.floor((column * bits) / 8)]!;
    const stored = (byte >> ((column * bits) % 8)) & (2 ** bits - 1);
    return (stored - 2 ** (bits - 1)) * scales[row * blocks + Math.floor(column / blockSize)]!;
  });
}

function randomMatrix(length: number): Float32Array {
  const random = seededRandom(3);
  return Float32Array.from(
    { length },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(6.28 * random()),
  );
}

test('keeps every value within half a step of its block, or a step at the short end of the range', () => {
  const columns = 100;
  const data = randomMatrix(7 * columns);
  for (const [bits, blockSize] of [
    [8, 32],
    [8, 64],
    [4, 16],
    [4, 64],
  ] as const) {
    const format = { bits, blockSize };
    const back = dequantised(data, columns, format);
    const { scales } = quantiseBlocks(data, columns, format);
    const blocks = blocksOf(columns, format);
    data.forEach((value, i) => {
      const step = Math.abs(
        scales[Math.floor(i / columns) * blocks + Math.floor((i % columns) / blockSize)]!,
      );
      const atShortEnd = back[i]! / value > 0 && Math.abs(back[i]!) > (2 ** (bits - 1) - 1.5) * step;
      const allowed = (atShortEnd ? 1 : 0.5) * step * (1 + 1e-5);
      expect(Math.abs(value - back[i]!), `${bits} bits, blocks of ${blockSize}, ${i}`).toBeLessThanOrEqual(
        allowed,
      );
    });
  }
});

test('keeps values exactly that lie on the grid, zero and the largest among them', () => {
  for (const sign of [1, -1]) {
    const grid = Float32Array.from({ length: 64 }, (_, i) => (((i * 7) % 16) - 8) * sign);
    expect([...dequantised(grid, 32, { bits: 4, blockSize: 32 })]).toEqual([...grid]);
    const bytes = Float32Array.from({ length: 256 }, (_, i) => (i - 128) * 0.5 * sign);
    expect([...dequantised(bytes, 256, { bits: 8, blockSize: 256 })]).toEqual([...bytes]);
  }
  const zeros = new Float32Array(32);
  expect([...dequantised(zeros, 32, { bits: 4, blockSize: 16 })].map(Math.abs)).toEqual([...zeros]);
});

test('refuses a weight that is not finite', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const data = randomMatrix(64);
    data[40] = value;
    expect(() => quantiseBlocks(data, 64, { bits: 4, blockSize: 32 })).toThrow('not a finite number');
  }
});

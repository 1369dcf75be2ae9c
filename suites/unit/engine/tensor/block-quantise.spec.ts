import { expect, test } from '@playwright/test';
import { seededRandom } from '../../../../engine/inference/random.ts';
import { blocksOf, quantiseBlocks, type BlockFormat } from '../../../../engine/tensor/block-quantise.ts';

/** What the operators make of the stored bytes: (value − zero point) · scale. */
function dequantised(data: Float32Array, columns: number, format: BlockFormat): Float32Array {
  const { bits, blockSize } = format;
  const { packed, scales, zeroPoints } = quantiseBlocks(data, columns, format);
  const rows = data.length / columns;
  const blocks = blocksOf(columns, format);
  const stored = (bytes: Uint8Array, perRow: number, row: number, index: number) =>
    (bytes[row * perRow + Math.floor((index * bits) / 8)]! >> ((index * bits) % 8)) & (2 ** bits - 1);
  return Float32Array.from(data, (_, at) => {
    const row = Math.floor(at / columns);
    const column = at % columns;
    const block = Math.floor(column / blockSize);
    const value = stored(packed, packed.length / rows, row, column);
    const zero = stored(zeroPoints, zeroPoints.length / rows, row, block);
    return (value - zero) * scales[row * blocks + block]!;
  });
}

function randomMatrix(length: number): Float32Array {
  const random = seededRandom(3);
  return Float32Array.from(
    { length },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(6.28 * random()),
  );
}

test('keeps every value within half a step of its block, give or take the rounding of zero', () => {
  const data = randomMatrix(7 * 100);
  for (const [bits, blockSize] of [
    [8, 32],
    [8, 64],
    [4, 16],
    [4, 64],
  ] as const) {
    const back = dequantised(data, 100, { bits, blockSize });
    const squares = data.reduce((sum, value, i) => sum + (value - back[i]!) ** 2, 0);
    // Of uniform rounding the mean square is step² / 12; a block of normal numbers spans about five.
    const step = 5 / (2 ** bits - 1);
    expect(Math.sqrt(squares / data.length), `${bits} bits, blocks of ${blockSize}`).toBeLessThan(step / 3);
  }
});

test('keeps values exactly that lie on the grid, zero among them', () => {
  const grid = Float32Array.from({ length: 64 }, (_, i) => ((i * 7) % 16) - 5);
  expect([...dequantised(grid, 32, { bits: 4, blockSize: 32 })]).toEqual([...grid]);
  const bytes = Float32Array.from({ length: 256 }, (_, i) => i * 0.5 - 100);
  expect([...dequantised(bytes, 256, { bits: 8, blockSize: 256 })]).toEqual([...bytes]);
  const zeros = new Float32Array(32);
  expect([...dequantised(zeros, 32, { bits: 4, blockSize: 16 })]).toEqual([...zeros]);
  const positive = new Float32Array(16).fill(3);
  expect([...dequantised(positive, 16, { bits: 8, blockSize: 16 })].map((x) => x.toFixed(5))).toEqual(
    Array.from(positive, () => '3.00000'),
  );
});

test('refuses a weight that is not finite', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const data = randomMatrix(64);
    data[40] = value;
    expect(() => quantiseBlocks(data, 64, { bits: 4, blockSize: 32 })).toThrow('not a finite number');
  }
});

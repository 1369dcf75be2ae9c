import { expect, test } from '@playwright/test';
import { createBatch } from '../../../../engine/training/batch.ts';

const numbers = (values: BigInt64Array) => [...values].map(Number);

test('lays documents out side by side, positions from 0 in each, padding last', () => {
  const { data, tokenCount, weight, ids } = createBatch(
    [
      [
        { id: 'a', tokens: [11, 12, 13], weights: [9, 0, 1] },
        { id: 'b', tokens: [21, 22], weights: [0, 0.5] },
      ],
    ],
    { rows: 2, length: 4 },
  );
  expect(numbers(data.tokens)).toEqual([11, 12, 21, 0, 0, 0, 0, 0]);
  expect(numbers(data.targets)).toEqual([12, 13, 22, 0, 0, 0, 0, 0]);
  expect(numbers(data.positions)).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
  expect(numbers(data.documents)).toEqual([0, 0, 1, -1, -1, -1, -1, -1]);
  // The first token's weight is no target's; the others are divided by their sum, 1.5.
  expect([...data.weights]).toEqual([0, 1 / 1.5, 0.5 / 1.5, 0, 0, 0, 0, 0].map(Math.fround));
  expect({ tokenCount, weight, ids }).toEqual({ tokenCount: 3, weight: 1.5, ids: ['a', 'b'] });
});

test('a batch with nothing to learn has weights of 0, not of NaN', () => {
  const { data } = createBatch([[{ id: 'a', tokens: [1, 2], weights: [0, 0] }]], { rows: 1, length: 2 });
  expect([...data.weights]).toEqual([0, 0]);
});

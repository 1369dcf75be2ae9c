import { expect, test } from '@playwright/test';
import { ggmlTypes } from '../../../../engine/tensor/ggml-blocks.ts';
import golden from '../../../../fixtures/golden/engine/ggml-blocks.json' with { type: 'json' };

for (const { type, number, bytes, values } of golden.cases) {
  test(`reads ${type} blocks to the values that the gguf package reads`, () => {
    const ggmlType = ggmlTypes.get(number)!;
    expect(ggmlType.name).toBe(type);
    const stored = Uint8Array.from(Buffer.from(bytes, 'hex'));
    expect([...ggmlType.toFloat32(stored)]).toEqual(values.map(Math.fround));
  });
}

test('reads F32 as it stands', () => {
  const values = Float32Array.of(1.5, -2, Number.NaN);
  expect([...ggmlTypes.get(0)!.toFloat32(new Uint8Array(values.buffer))]).toEqual([1.5, -2, Number.NaN]);
});

import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readCheckpoint } from '../../../../engine/checkpoint/read-checkpoint.ts';
import { Decoder } from '../../../../engine/inference/decoder.ts';
import { parameterCountOf, prepareGraph } from '../../../../engine/inference/graph-cache.ts';
import type { DecoderSpec } from '../../../../engine/nn/decoder-spec.ts';
import { precisions, type Precision } from '../../../../engine/nn/precision.ts';
import golden from '../../../../fixtures/golden/engine/tiny.json' with { type: 'json' };

const folder = join(import.meta.dirname, '../../../../fixtures/golden/engine');

async function open(
  name: string,
  precision: Precision = 'float32',
  changes: Partial<DecoderSpec> = {},
): Promise<Decoder> {
  const stored = await readCheckpoint(join(folder, name));
  const checkpoint = { ...stored, spec: { ...stored.spec, ...changes } };
  const decoder = await Decoder.open(
    checkpoint.spec,
    await prepareGraph(checkpoint, precision),
    parameterCountOf(checkpoint),
  );
  await checkpoint.weights.close();
  return decoder;
}

/** Logits that follow each token. */
async function prefill(decoder: Decoder, ids: readonly number[]): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  await decoder.prefill(decoder.newCache(), 0, ids, 0, (logits) => rows.push(logits.slice()));
  return rows;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

const goldenModels = [...golden.cases, { ...golden.cases[0]!, model: 'tiny-tied.gguf' }];

for (const { model, prompts } of goldenModels) {
  test(`${model} gives the logits of PyTorch in float32 within 1e-4`, async () => {
    const decoder = await open(model);
    for (const { text, ids, logits } of prompts) {
      const rows = await prefill(decoder, ids);
      expect(rows).toHaveLength(ids.length);
      const [last, middle] = logits;
      expect(largestDifference(rows.at(-1)!, last!), text.slice(0, 20)).toBeLessThan(1e-4);
      expect(largestDifference(rows[Math.floor(ids.length / 2)]!, middle!), text.slice(0, 20)).toBeLessThan(
        1e-4,
      );
    }
    await decoder.release();
  });
}

test('stays near float32 in fewer bits, the nearer the more', async () => {
  for (const name of ['tiny-tied', 'tiny-untied']) {
    const { ids } = golden.cases.find(({ model }) => model === name)!.prompts.at(-1)!;
    const distances: Record<string, number> = {};
    const exact = await open(name);
    const expected = (await prefill(exact, ids)).at(-1)!;
    await exact.release();
    const spread = largestDifference(expected, [...expected].reverse());
    for (const precision of ['float16', 'int8', 'int4'] as const) {
      const decoder = await open(name, precision);
      distances[precision] = largestDifference((await prefill(decoder, ids)).at(-1)!, expected) / spread;
      await decoder.release();
    }
    expect(distances['float16'], name).toBeLessThan(5e-3);
    expect(distances['float16'], name).toBeLessThan(distances['int8']!);
    expect(distances['int8'], name).toBeLessThan(0.05);
    expect(distances['int8'], name).toBeLessThan(distances['int4']!);
    expect(distances['int4'], name).toBeLessThan(0.5);
    expect(distances['int4'], name).toBeGreaterThan(0);
  }
});

test('decodes token by token what it reads in one prefill, across cache buckets', async () => {
  const decoder = await open('tiny-untied');
  const ids = golden.cases[1]!.prompts.at(-1)!.ids.slice(0, 200);
  const whole = await prefill(decoder, ids);
  const cache = decoder.newCache();
  await decoder.prefill(cache, 0, ids.slice(0, 3), 2, () => undefined);
  for (let position = 3; position < ids.length; position++) {
    const logits = await decoder.decode(cache, [ids[position]!]);
    const row = logits.subarray(0, decoder.spec.vocabSize);
    expect(largestDifference(row, whole[position]!), `position ${position}`).toBeLessThan(1e-5);
  }
  expect(cache.lengths[0]).toBe(ids.length);
  await decoder.release();
});

for (const precision of Object.keys(precisions) as Precision[]) {
  // One head of keys and several: ONNX Runtime multiplies them by different code.
  for (const [which, name] of ['tiny-tied', 'tiny-untied'].entries()) {
    test(`gives a row the same logits, bit for bit, in every batch of ${precision}, ${name}`, async () => {
      const decoder = await open(name, precision);
      const ids = golden.cases[which]!.prompts.at(-1)!.ids;
      const prompts = [5, 90, 1, 33, 64, 128, 17, 2].map((length, row) => ids.slice(row, row + length));
      const alone: Float32Array[] = [];
      for (const prompt of prompts) {
        const cache = decoder.newCache();
        await decoder.prefill(cache, 0, prompt, prompt.length, () => undefined);
        alone.push((await decoder.decode(cache, [7])).slice(0, decoder.spec.vocabSize));
      }
      for (let size = 2; size <= prompts.length; size++) {
        const cache = decoder.newCache();
        for (let row = 0; row < size; row++) {
          await decoder.prefill(cache, row, prompts[row]!, prompts[row]!.length, () => undefined);
        }
        const logits = await decoder.decode(
          cache,
          prompts.slice(0, size).map(() => 7),
        );
        for (let row = 0; row < size; row++) {
          const { vocabSize } = decoder.spec;
          const differing = alone[row]!.filter((value, i) => value !== logits[row * vocabSize + i]);
          expect(differing, `row ${row} of ${size}`).toHaveLength(0);
        }
      }
      await decoder.release();
    });
  }
}

test('reads on from any place to the same logits, bit for bit', async () => {
  for (const precision of Object.keys(precisions) as Precision[]) {
    const decoder = await open('tiny-untied', precision);
    const ids = Array.from({ length: 545 }, (_, i) => (i * 37) % decoder.spec.vocabSize);
    for (const length of [34, 40, 97, 512, 513, 514, 545]) {
      const tokens = ids.slice(0, length);
      const last = async (held: number) => {
        const cache = decoder.newCache();
        if (held > 0) await decoder.prefill(cache, 0, tokens.slice(0, held), held, () => undefined);
        let logits: number[] = [];
        await decoder.prefill(cache, 0, tokens, length - 1, (row) => (logits = [...row]), held);
        return logits;
      };
      const whole = await last(0);
      for (const held of [1, 2, 17, 32]) {
        expect(await last(held), `${precision}: ${held} of ${length}`).toEqual(whole);
      }
    }
    await decoder.release();
  }
});

test('reads a prompt as long as the model, to the same logits with fewer tokens at once', async () => {
  const prompt = Array.from({ length: 33 }, (_, i) => i + 2);
  const logitsOf = async (maxPositions: number) => {
    const decoder = await open('tiny-untied', 'int4', { maxPositions });
    const logits = await prefill(decoder, prompt);
    await decoder.release();
    return logits;
  };
  expect(await logitsOf(prompt.length)).toEqual(await logitsOf(prompt.length + 1));
});

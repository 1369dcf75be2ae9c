import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readModelDigests } from '../../../../engine/checkpoint/read-checkpoint.ts';
import { loadModel } from '../../../../engine/inference/engine-model.ts';
import { openDecoder } from '../../../../engine/inference/open-decoder.ts';
import { exportedModel, writeExportedModel } from '../../../helpers/exported-model.ts';
import { logitStride, tinyModel, writeTinyModel } from '../../../helpers/tiny-architectures.ts';

const tiny = tinyModel(exportedModel);

function indexOfLargest(logits: Float32Array): number {
  return logits.indexOf(logits.reduce((a, b) => Math.max(a, b)));
}

test('runs an exported graph through the same steps, to the logits and tokens of PyTorch', async () => {
  const folder = await writeExportedModel(test.info().outputPath('model'));
  const { decoder, vocabSize, description } = await openDecoder(folder, 'float32', null);
  expect(description.format).toBe('onnx');
  let worst = 0;
  const cache = decoder.newCache();
  // Rows of unequal lengths, one beside the other.
  const last: number[] = [];
  for (const [row, { ids, logits }] of tiny.prompts.entries()) {
    const rows: Float32Array[] = [];
    await decoder.prefill(cache, row, ids, 0, (values) => rows.push(values.slice()));
    expect(rows).toHaveLength(ids.length);
    const positions = [rows.length - 1, Math.floor(rows.length / 2)];
    for (const [which, golden] of logits.entries()) {
      for (const [i, value] of golden.entries()) {
        worst = Math.max(worst, Math.abs(value - rows[positions[which]!]![i * logitStride]!));
      }
    }
    last.push(indexOfLargest(rows.at(-1)!));
  }
  expect(worst).toBeLessThan(1e-4);
  const greedy = last.map((token) => [token]);
  while (greedy[0]!.length < tiny.prompts[0]!.greedy.length) {
    const logits = await decoder.decode(
      cache,
      greedy.map((tokens) => tokens.at(-1)!),
    );
    greedy.forEach((tokens, row) =>
      tokens.push(indexOfLargest(logits.subarray(row * vocabSize, (row + 1) * vocabSize))),
    );
  }
  expect(greedy).toEqual(tiny.prompts.map((prompt) => prompt.greedy));
  await decoder.release();
});

test('reports only the logits that are asked for, across chunks', async () => {
  const folder = await writeExportedModel(test.info().outputPath('model'));
  const { decoder } = await openDecoder(folder, 'float32', null);
  const { ids } = tiny.prompts.at(-1)!;
  const long = [...ids, ...ids, ...ids].slice(0, 200);
  const seen: number[] = [];
  await decoder.prefill(decoder.newCache(), 0, long, 190, (_, position) => seen.push(position));
  expect(seen).toEqual([190, 191, 192, 193, 194, 195, 196, 197, 198, 199]);
  await decoder.release();
});

test('answers as the same weights do in a Hugging Face folder, and is pinned by its own digest', async () => {
  const exported = await writeExportedModel(test.info().outputPath('exported'));
  const stored = await writeTinyModel(test.info().outputPath('stored'), tiny);
  const answers = [];
  for (const path of [exported, stored]) {
    const model = await loadModel(path);
    answers.push((await model.generate({ prompt: 'Hello', maxTokens: 12 })).tokens);
    if (path === exported) expect(model.info.digests).toEqual(await readModelDigests(exported));
    await model.close();
  }
  expect(answers[0]).toEqual(answers[1]);
});

test('says which precisions were exported, and what is missing', async () => {
  const folder = await writeExportedModel(test.info().outputPath('model'));
  await expect(loadModel(folder, { dtype: 'int4' })).rejects.toMatchObject({
    code: 'E_MODEL_NOT_FOUND',
    message: expect.stringContaining('it has onnx/model.onnx'),
  });
  const quantised = test.info().outputPath('quantised');
  await cp(folder, quantised, { recursive: true });
  await rename(join(quantised, 'onnx/model.onnx'), join(quantised, 'onnx/model_quantized.onnx'));
  const model = await loadModel(quantised, { dtype: 'int8' });
  expect(model.info.dtype).toBe('int8');
  await model.close();
  await rm(join(folder, 'onnx/model.onnx_data'));
  await expect(loadModel(folder)).rejects.toMatchObject({
    code: 'E_MODEL_NOT_FOUND',
    message: expect.stringContaining('model.onnx_data'),
  });
});

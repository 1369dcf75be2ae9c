import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readModelDigests } from '../../../../engine/checkpoint/read-checkpoint.ts';
import { loadModel } from '../../../../engine/inference/engine-model.ts';
import { openDecoder } from '../../../../engine/inference/open-decoder.ts';
import type { StepDecoder } from '../../../../engine/inference/step-decoder.ts';
import { goldenAdapters, modelOf, writeAdapter } from '../../../helpers/lora-adapters.ts';
import { logitStride, tinyModel, writeTinyModel } from '../../../helpers/tiny-architectures.ts';

async function lastLogits(decoder: StepDecoder, ids: readonly number[]): Promise<Float32Array> {
  let last = new Float32Array(0);
  await decoder.prefill(decoder.newCache(), 0, ids, ids.length - 1, (logits) => {
    last = logits.slice();
  });
  return last;
}

function difference(logits: Float32Array, golden: readonly number[]): number {
  return Math.max(...golden.map((value, i) => Math.abs(value - logits[i * logitStride]!)));
}

for (const golden of goldenAdapters) {
  test(`gives the logits of PEFT, merged and as inputs: ${golden.adapter}`, async () => {
    const model = await writeTinyModel(test.info().outputPath('model'), modelOf(golden));
    const path = await writeAdapter(test.info().outputPath('adapter'), golden);
    const bare = await openDecoder(model, 'float32', null);
    const without = await lastLogits(bare.decoder, golden.ids);
    await bare.decoder.release();
    // The adapter changes more than the tolerance hides.
    expect(difference(without, golden.logits)).toBeGreaterThan(0.05);

    const merged = await openDecoder(model, 'float32', null, { path, merged: true });
    expect(difference(await lastLogits(merged.decoder, golden.ids), golden.logits)).toBeLessThan(1e-4);
    await merged.decoder.release();

    const beside = await openDecoder(model, 'float32', null, { path, merged: false });
    expect(difference(await lastLogits(beside.decoder, golden.ids), golden.logits)).toBeLessThan(1e-4);
    expect(beside.description.digests.adapter).toBe(merged.description.digests.adapter);
    expect(await beside.useAdapter!(null)).toBeNull();
    const again = await lastLogits(beside.decoder, golden.ids);
    expect(Math.max(...again.map((value, i) => Math.abs(value - without[i]!)))).toBeLessThan(1e-5);
    await beside.decoder.release();
  });
}

const [all, attention] = goldenAdapters;

test('switches adapters between requests, those under way finishing with the one they began with', async () => {
  const folder = await writeTinyModel(test.info().outputPath('model'), modelOf(all!));
  const paths = [
    await writeAdapter(test.info().outputPath('all'), all!),
    await writeAdapter(test.info().outputPath('attention'), attention!),
  ];
  const model = await loadModel(folder, { adapter: { path: paths[0]!, merged: false } });
  const answer = async () => (await model.generate({ tokens: all!.ids, maxTokens: 8 })).tokens;
  const first = answer();
  const switching = model.useAdapter(paths[1]!);
  const second = answer();
  expect(await first).toEqual(all!.greedy);
  await switching;
  expect(await second).toEqual(attention!.greedy);
  const digest = model.info.digests!.adapter;
  await expect(model.useAdapter(join(folder, 'absent'))).rejects.toMatchObject({ code: 'E_MODEL_NOT_FOUND' });
  // What was in use stays in use.
  expect(model.info.digests!.adapter).toBe(digest);
  expect(await answer()).toEqual(attention!.greedy);
  await model.useAdapter(null);
  expect(model.info.digests!.adapter).toBeUndefined();
  await model.close();
});

test("applies the adapter in the model's own folder, and pins it by digest", async () => {
  const folder = await writeTinyModel(test.info().outputPath('model'), modelOf(all!));
  await cp(await writeAdapter(test.info().outputPath('all'), all!), join(folder, 'adapter'), {
    recursive: true,
  });
  const model = await loadModel(folder);
  expect((await model.generate({ tokens: all!.ids, maxTokens: 8 })).tokens).toEqual(all!.greedy);
  expect(model.info.digests).toEqual(await readModelDigests(folder));
  expect(model.info.digests!.adapter).toMatch(/^sha256:/);
  await expect(model.useAdapter(null)).rejects.toMatchObject({ code: 'E_REQUEST_INVALID' });
  await model.close();
});

test('refuses adapters of another kind or another model, one clear error each', async () => {
  const model = await writeTinyModel(test.info().outputPath('model'), modelOf(all!));
  const cases: [Record<string, unknown>, string][] = [
    [{ peft_type: 'IA3' }, 'E_MODEL_UNSUPPORTED'],
    [{ use_dora: true }, 'E_MODEL_UNSUPPORTED'],
    [{ bias: 'all' }, 'E_MODEL_UNSUPPORTED'],
    [{ modules_to_save: ['lm_head'] }, 'E_MODEL_UNSUPPORTED'],
    [{ alpha_pattern: { q_proj: 3 } }, 'E_MODEL_UNSUPPORTED'],
    [{ lora_alpha: 'much' }, 'E_CHECKPOINT_INVALID'],
  ];
  for (const [change, code] of cases) {
    const path = await writeAdapter(test.info().outputPath('adapter'), all!, change);
    await expect(
      openDecoder(model, 'float32', null, { path, merged: true }),
      JSON.stringify(change),
    ).rejects.toMatchObject({ code });
  }
  // Other names, and other shapes.
  const others = [
    [goldenAdapters.at(-1)!, model],
    [all!, await writeTinyModel(test.info().outputPath('other'), tinyModel('llama-plain'))],
  ] as const;
  for (const [adapter, onto] of others) {
    const path = await writeAdapter(test.info().outputPath('adapter'), adapter);
    await expect(openDecoder(onto, 'float32', null, { path, merged: false })).rejects.toMatchObject({
      code: 'E_CHECKPOINT_INVALID',
    });
  }
});

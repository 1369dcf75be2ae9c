import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { ModelManager } from '../../../../engine/inference/model-manager.ts';
import { goldenAdapters, modelOf, writeAdapter } from '../../../helpers/lora-adapters.ts';
import { writeTinyModel } from '../../../helpers/tiny-architectures.ts';

const folder = join(import.meta.dirname, '../../../../fixtures/golden/engine');
const config = {
  name: join(folder, 'tiny-tied'),
  cache_dir: './test_cache',
  device: 'cpu',
  torch_dtype: 'float32',
} as const;

test('holds its configuration, and no model until it is loaded', async () => {
  const manager = new ModelManager(config);
  expect(manager.config).toEqual(config);
  expect(manager.model).toBeNull();
  expect(manager.tokenizer).toBeNull();
  await expect(manager.generate('Hello')).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
});

test('loads model and tokenizer onto the configured device, and answers', async () => {
  const manager = new ModelManager(config);
  const model = await manager.loadModel();
  expect(manager.model).toBe(model);
  expect(model.info.device).toBe('cpu');
  const text = await manager.generate('Hello', { maxTokens: 8 });
  expect(text).not.toBe('');
  expect(await manager.generateBatch(['Hello', 'Bye', 'Hello'], { maxTokens: 8 })).toEqual([
    text,
    await manager.generate('Bye', { maxTokens: 8 }),
    text,
  ]);
  expect(manager.tokenizer!.encode('<user>Hi', false)).toHaveLength(3);
  await expect(manager.generate('')).rejects.toMatchObject({ code: 'E_PROMPT_EMPTY' });
  await manager.close();
  expect(manager.model).toBeNull();
});

test('loads another checkpoint in place of the first', async () => {
  const manager = new ModelManager(config);
  const first = await manager.loadModel();
  const second = await manager.loadModelFromCheckpoint(join(folder, 'tiny-untied'));
  expect(manager.model).toBe(second);
  await expect(first.generate({ prompt: 'Hello' })).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
  await expect(manager.loadModelFromCheckpoint(join(folder, 'absent'))).rejects.toMatchObject({
    code: 'E_MODEL_NOT_FOUND',
  });
  // What was loaded goes on after a failed load.
  expect(await manager.generate('Hello', { maxTokens: 2 })).not.toBe('');
  await manager.close();
});

test('keeps as many of the models loaded before as fit, by the bytes of their weights', async () => {
  // The weights of tiny-tied take 76,672 bytes in float32, those of tiny-untied 60,992.
  const [tied, untied, gguf] = ['tiny-tied', 'tiny-untied', 'tiny-tied.gguf'].map((name) =>
    join(folder, name),
  );
  const manager = new ModelManager(config, { keepBytes: 140_000 });
  const first = await manager.loadModelFromCheckpoint(tied!);
  expect(first.info.weightBytes).toBe(76_672);
  expect(await manager.loadModelFromCheckpoint(tied!)).toBe(first);
  const second = await manager.loadModelFromCheckpoint(untied!);
  expect(second.info.weightBytes).toBe(60_992);
  expect((await first.generate({ prompt: 'Hello', maxTokens: 2 })).tokens).toHaveLength(2);
  const third = await manager.loadModelFromCheckpoint(gguf!);
  expect(await manager.loadModelFromCheckpoint(tied!)).toBe(first);
  expect(await manager.loadModelFromCheckpoint(gguf!)).toBe(third);
  // Two of 76,672 bytes do not fit: the one unused for longest is closed.
  expect(await manager.loadModelFromCheckpoint(untied!)).toBe(second);
  await expect(first.generate({ prompt: 'Hello' })).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
  expect(await manager.loadModelFromCheckpoint(gguf!)).toBe(third);
  await manager.close();
  await expect(second.generate({ prompt: 'Hello' })).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
});

test('loads a kept model anew when its files were written meanwhile', async () => {
  const name = await writeTinyModel(test.info().outputPath('model'), modelOf(all!));
  const manager = new ModelManager({ ...config, name }, { keepBytes: 1e9 });
  const first = await manager.loadModel();
  await manager.loadModelFromCheckpoint(join(folder, 'tiny-untied'));
  await writeTinyModel(name, modelOf(all!));
  expect(await manager.loadModel()).not.toBe(first);
  await manager.close();
});

test('fails to load a name that is no model, a device or a precision it does not have', async () => {
  const faults = [
    [{ name: 'microsoft/DialoGPT-small' }, 'E_MODEL_NOT_FOUND'],
    [{ device: 'cuda' }, 'E_DEVICE_UNAVAILABLE'],
    [{ torch_dtype: 'int2' as 'int4' }, 'E_REQUEST_INVALID'],
  ] as const;
  for (const [change, code] of faults) {
    const manager = new ModelManager({ ...config, ...change });
    await expect(manager.loadModel(), code).rejects.toMatchObject({ code });
    expect(manager.model).toBeNull();
  }
});

const [all, attention] = goldenAdapters;
const asked = { maxTokens: 8 };

/** A manager of the model that two golden adapters adapt, and the folders of both. */
async function withAdapters() {
  const name = await writeTinyModel(test.info().outputPath('model'), modelOf(all!));
  const paths = [
    await writeAdapter(test.info().outputPath('all'), all!),
    await writeAdapter(test.info().outputPath('attention'), attention!),
  ] as const;
  return { manager: new ModelManager({ ...config, name }), paths };
}

test('applies adapters to the loaded model and switches them without loading it anew', async () => {
  const { manager, paths } = await withAdapters();
  await manager.loadModel();
  const plain = await manager.generate('Hello', asked);
  await manager.applyLora(paths[0]);
  const loaded = manager.model;
  const first = await manager.generate('Hello', asked);
  expect(first).not.toBe(plain);
  await manager.applyLora(paths[1]);
  expect(await manager.generate('Hello', asked)).not.toBe(first);
  expect(manager.model).toBe(loaded);
  // A folder that is no adapter changes nothing.
  await expect(manager.applyLora(folder)).rejects.toMatchObject({ code: 'E_MODEL_NOT_FOUND' });
  await manager.applyLora(paths[0]);
  expect(await manager.generate('Hello', asked)).toBe(first);
  await manager.removeLora();
  expect(await manager.generate('Hello', asked)).toBe(plain);
  expect(manager.model).toBe(loaded);
  await manager.close();
});

test('applies an adapter before anything is loaded, and merges it with the same answers', async () => {
  const { manager, paths } = await withAdapters();
  await manager.applyLora(paths[0]);
  expect(manager.model).toBeNull();
  await manager.loadModel();
  const beside = await manager.generate('Hello', asked);
  const digest = manager.model!.info.digests!.adapter;
  await manager.applyLora(paths[0], { merge: true });
  expect(await manager.generate('Hello', asked)).toBe(beside);
  expect(manager.model!.info.digests!.adapter).toBe(digest);
  await manager.removeLora();
  expect(await manager.generate('Hello', asked)).not.toBe(beside);
  await manager.close();
});

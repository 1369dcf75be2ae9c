import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { loadModel } from '../../../../engine/inference/engine-model.ts';
import { ModelPool } from '../../../../engine/inference/model-pool.ts';
import type { Model } from '../../../../engine/inference/model.ts';

const folder = join(import.meta.dirname, '../../../../fixtures/golden/engine');
const names = ['tiny-tied', 'tiny-untied', 'tiny-tied.gguf'];

/** The models have 19,168, 15,248 and 19,168 parameters of four bytes each. */
async function poolOf(maxBytes: number) {
  const opened: string[] = [];
  const models: Model[] = [];
  const pool = new ModelPool(
    async (name) => {
      opened.push(name);
      const model = await loadModel(join(folder, name));
      models.push(model);
      return model;
    },
    { maxBytes },
  );
  return { pool, opened, models };
}

const answer = (model: Model) => model.generate({ prompt: 'Hello', maxTokens: 2 });

test('loads nothing until it is asked for, and each model once for all who ask', async () => {
  const { pool, opened } = await poolOf(1e9);
  expect(pool.loaded).toEqual([]);
  await Promise.all([1, 2, 3].map(() => pool.use(names[0]!, answer)));
  await pool.use(names[0]!, answer);
  expect(opened).toEqual([names[0]]);
  await pool.close();
  expect(pool.loaded).toEqual([]);
});

test('closes the models unused for longest when the rest does not fit', async () => {
  const { pool, opened, models } = await poolOf(160_000);
  await pool.use(names[0]!, answer);
  await pool.use(names[1]!, answer);
  await pool.use(names[0]!, answer);
  await pool.use(names[2]!, answer);
  expect(pool.loaded).toEqual([names[0], names[2]]);
  await expect(answer(models[1]!)).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
  await pool.use(names[1]!, answer);
  expect(pool.loaded).toEqual([names[2], names[1]]);
  expect(opened).toEqual([names[0], names[1], names[2], names[1]]);
  await pool.close();
});

test('keeps a model that is being used, however little memory there is', async () => {
  const { pool } = await poolOf(1);
  await pool.use(names[0]!, async (first) => {
    await pool.use(names[1]!, answer);
    expect((await answer(first)).tokens).toHaveLength(2);
    expect(pool.loaded).toEqual([names[0], names[1]]);
  });
  expect(pool.loaded).toEqual([names[1]]);
  await pool.close();
});

test('passes on why a model cannot be loaded, and tries again when asked again', async () => {
  const { pool, opened } = await poolOf(1e9);
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(pool.use('absent', answer)).rejects.toMatchObject({ code: 'E_MODEL_NOT_FOUND' });
  }
  expect(opened).toEqual(['absent', 'absent']);
  expect(pool.loaded).toEqual([]);
});

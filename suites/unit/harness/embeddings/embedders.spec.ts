import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { cosine, type Embedder } from '../../../../harness/embeddings/embedder.ts';
import { openFolderEmbedder } from '../../../../harness/embeddings/folder-embedder.ts';
import { openPackagedEmbedder } from '../../../../harness/embeddings/packaged-embedder.ts';
import { writeTinyEmbeddingModel } from './tiny-embedding-model.ts';

const embedders: readonly (readonly [string, (folder: string) => Promise<Embedder>])[] = [
  ['the packaged embedder', () => openPackagedEmbedder()],
  ['an embedder of a folder', async (folder) => openFolderEmbedder(await writeTinyEmbeddingModel(folder))],
];

for (const [name, open] of embedders) {
  test(`${name} gives one unit vector a text, whatever stands beside it`, async () => {
    const embedder = await open(test.info().outputPath('model'));
    const texts = ['the cat sat', 'dog', 'a cat and a dog 😀', '\ud800'];
    const vectors = await embedder.embed(texts);
    expect(vectors).toHaveLength(texts.length);
    for (const [at, vector] of vectors.entries()) {
      const [alone] = await embedder.embed([texts[at]!]);
      const apart = alone!.map((each, part) => Math.abs(each - vector![part]!));
      expect(Math.max(...apart), texts[at]).toBeLessThan(1e-5);
      expect(Math.hypot(...vector!)).toBeCloseTo(1, 5);
    }
    expect(await embedder.embed([])).toEqual([]);
    expect(embedder.info.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    await embedder.close();
  });
}

test('the packaged embedder puts paraphrases nearer than strangers, and refuses what it cannot read', async () => {
  const embedder = await openPackagedEmbedder();
  const [age, years, cat, long, longer] = await embedder.embed([
    'How old are you?',
    'What is your age?',
    'The cat sat on the mat.',
    'x'.repeat(10_001),
    // Each becomes eighteen letters.
    'ﷺ'.repeat(1000),
  ]);
  expect(cosine(age!, years!)).toBeGreaterThan(0.8);
  expect(cosine(age!, cat!)).toBeLessThan(0.4);
  expect([long, longer]).toEqual([null, null]);
});

test('an embedder of a folder pools as the folder says', async () => {
  const vectorOf = async (folder: string, pooling?: object) => {
    const embedder = await openFolderEmbedder(
      await writeTinyEmbeddingModel(test.info().outputPath(folder), pooling),
    );
    const [vector] = await embedder.embed(['cat dog']);
    await embedder.close();
    return [...vector!].map((each) => Number(each.toFixed(5)));
  };
  // (1, 0, 0) and (0, 2, 0): their mean is (0.5, 1, 0).
  expect(await vectorOf('mean')).toEqual([0.44721, 0.89443, 0]);
  expect(await vectorOf('first', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false })).toEqual([
    1, 0, 0,
  ]);
  await expect(vectorOf('max', { pooling_mode_max_tokens: true })).rejects.toThrow('pooling_mode_max_tokens');
});

test('an embedder of a folder says what is missing, and signs what is there', async () => {
  await expect(openFolderEmbedder(test.info().outputPath('none'))).rejects.toThrow(
    `has no config.json, no tokenizer.json, no ${join('onnx', 'model.onnx')}`,
  );
  const one = await openFolderEmbedder(await writeTinyEmbeddingModel(test.info().outputPath('one')));
  const same = await openFolderEmbedder(await writeTinyEmbeddingModel(test.info().outputPath('same')));
  const other = await openFolderEmbedder(
    await writeTinyEmbeddingModel(test.info().outputPath('other'), { pooling_mode_mean_tokens: true }),
  );
  expect(same.info.digest).toBe(one.info.digest);
  expect(other.info.digest).not.toBe(one.info.digest);
});

import { expect, test } from '@playwright/test';
import type { Embedder } from '../../../../harness/embeddings/embedder.ts';
import { openFolderEmbedder } from '../../../../harness/embeddings/folder-embedder.ts';
import { openPackagedEmbedder } from '../../../../harness/embeddings/packaged-embedder.ts';
import { semanticSimilarity, similaritySignature } from '../../../../harness/embeddings/similarity.ts';
import { writeTinyEmbeddingModel } from './tiny-embedding-model.ts';

test('takes the nearest reference, and says where there is no similarity', async () => {
  const embedder = await openFolderEmbedder(await writeTinyEmbeddingModel(test.info().outputPath('model')));
  const values = await semanticSimilarity(
    [
      { hypothesis: 'cat', references: ['dog', 'cat'] },
      { hypothesis: 'cat', references: ['dog'] },
      { hypothesis: 'cat dog', references: ['cat'] },
      { hypothesis: '  ', references: ['cat'] },
      { hypothesis: 'cat', references: [' '] },
    ],
    embedder,
  );
  expect(values).toEqual([
    expect.closeTo(1, 6),
    0,
    expect.closeTo(Math.sqrt(0.2), 6),
    0,
    { value: null, reason: 'a reference is blank' },
  ]);
});

test('embeds a text that occurs often once', async () => {
  const inner = await openPackagedEmbedder();
  const asked: string[] = [];
  const counting: Embedder = {
    ...inner,
    embed: (texts) => {
      asked.push(...texts);
      return inner.embed(texts);
    },
  };
  const pair = { hypothesis: 'a', references: ['b', 'a'] };
  await semanticSimilarity([pair, pair], counting);
  expect(asked).toEqual(['a', 'b']);
  const [long] = await semanticSimilarity([{ hypothesis: 'x'.repeat(20_000), references: ['a'] }], inner);
  expect(long).toEqual({ value: null, reason: 'a text is too long for energetic-ai-en-0.2.0' });
  expect(similaritySignature(inner.info)).toMatch(
    /^similarity\|model:energetic-ai-en-0\.2\.0\|digest:[0-9a-f]{16}\|pooling:model\|long:refused\|refs:best\|harness:2$/,
  );
});

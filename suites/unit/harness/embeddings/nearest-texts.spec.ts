/** Paraphrases by embedding, with the packaged embedder. */
import { expect, test } from '@playwright/test';
import { nearestTexts } from '../../../../harness/embeddings/nearest-texts.ts';
import { openEmbedder } from '../../../../harness/embeddings/open-embedder.ts';

test('finds the text that asks the same in other words, and nothing for one that asks something else', async () => {
  const embedder = await openEmbedder();
  const asked = ['How can I bake bread at home?', 'Who discovered penicillin?', ' '];
  const trained = ['The train leaves at nine.', 'How do I bake bread at home?', 'Dogs like long walks.'];
  const near = await nearestTexts(embedder, asked, trained, 0.8);
  await embedder.close();
  expect(near.map(({ left, right }) => [left, right])).toEqual([[0, 1]]);
});

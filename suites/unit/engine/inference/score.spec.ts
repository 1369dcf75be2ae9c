import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { loadModel, perplexity, score, type Model } from '../../../../engine/index.ts';
import golden from '../../../../fixtures/golden/engine/tiny.json' with { type: 'json' };

const folder = join(import.meta.dirname, '../../../../fixtures/golden/engine');
const { prompts } = golden.cases.find(({ model }) => model === 'tiny-untied')!;
const texts = prompts.filter(({ ids }) => ids.length > 1);

let model: Model;

test.beforeAll(async () => {
  model = await loadModel(join(folder, 'tiny-untied'));
});

test.afterAll(async () => {
  await model.close();
});

test('scores continuations as PyTorch does, many at once', async () => {
  const scores = await Promise.all(texts.map(({ text }) => score(model, text.slice(0, 1), text.slice(1))));
  scores.forEach(({ sumLogprob, tokenLogprobs, nTokens, isGreedy }, i) => {
    const { text, ids, logLikelihood } = texts[i]!;
    expect(Math.abs(sumLogprob / logLikelihood - 1), text).toBeLessThan(1e-5);
    expect(nTokens).toBe(ids.length - 1);
    expect(tokenLogprobs).toHaveLength(nTokens);
    expect(isGreedy).toBe(false);
  });
});

test('gives the perplexity of a text: of a window what PyTorch gives, of several their mean', async () => {
  for (const { text, ids, logLikelihood } of texts) {
    const { perplexity: value, nTokens, meanLogprob } = await perplexity(model, text, { window: 1000 });
    expect(nTokens).toBe(ids.length - 1);
    expect(Math.abs((meanLogprob * nTokens) / logLikelihood - 1), text).toBeLessThan(1e-5);
    expect(value).toBeCloseTo(Math.exp(-logLikelihood / nTokens), 2);
  }
  const text = texts.at(-1)!.text.slice(0, 60);
  const halves = [await perplexity(model, text.slice(0, 30)), await perplexity(model, text.slice(30))];
  const whole = await perplexity(model, text, { window: 30 });
  expect(whole.nTokens).toBe(58);
  expect(whole.meanLogprob).toBeCloseTo((halves[0]!.meanLogprob + halves[1]!.meanLogprob) / 2, 6);
});

test('refuses a begin token where there is none, and a text with nothing to predict', async () => {
  await expect(score(model, 'a', 'b', { bos: true })).rejects.toMatchObject({ code: 'E_REQUEST_INVALID' });
  await expect(perplexity(model, 'a')).rejects.toMatchObject({ code: 'E_REQUEST_INVALID' });
  expect(await score(model, 'a', 'b', { bos: false })).toEqual(await score(model, 'a', 'b'));
});

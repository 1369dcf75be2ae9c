import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { loadModel, type Model } from '../../../../engine/index.ts';
import golden from '../../../../fixtures/golden/engine/tiny.json' with { type: 'json' };
import { modelConformance } from '../../../../fixtures/model-conformance.ts';

const folder = join(import.meta.dirname, '../../../../fixtures/golden/engine');

modelConformance('the engine', () => loadModel(join(folder, 'tiny-untied')));

test.describe('tiny models', () => {
  const models = new Map<string, Model>();

  test.beforeAll(async () => {
    for (const { model } of golden.cases) models.set(model, await loadModel(join(folder, model)));
  });

  test.afterAll(async () => {
    for (const model of models.values()) await model.close();
  });

  test('continue greedily as transformers does', async () => {
    for (const { model, prompts } of golden.cases) {
      for (const { text, ids, greedy } of prompts) {
        const result = await models.get(model)!.generate({ prompt: text, raw: true, maxTokens: 32 });
        const ended = greedy.at(-1) === 0;
        expect(result.tokens, `${model}: ${text.slice(0, 20)}`).toEqual(ended ? greedy.slice(0, -1) : greedy);
        expect(result.usage.promptTokens).toBe(ids.length);
        expect(result.finishReason).toBe(ended ? 'stop' : 'length');
      }
    }
  });

  test('score text as PyTorch does', async () => {
    for (const { model, prompts } of golden.cases) {
      for (const { text, logLikelihood } of prompts.filter((prompt) => prompt.ids.length > 1)) {
        const result = await models
          .get(model)!
          .logLikelihood({ prompt: text.slice(0, 1), raw: true, completion: text.slice(1) });
        expect(Math.abs(result.logLikelihood / logLikelihood - 1), text.slice(0, 20)).toBeLessThan(1e-5);
      }
    }
  });

  test('score their own greedy answer as greedy, with the log-probabilities of generating it', async () => {
    const model = models.get('tiny-untied')!;
    const answer = await model.generate({ prompt: 'x', raw: true, maxTokens: 12, logprobs: true });
    expect(answer.logprobs).toHaveLength(answer.tokens.length);
    // Bytes that are no text cannot be given back as text.
    const text = answer.text.split('\uFFFD')[0]!;
    const scored = await model.logLikelihood({ prompt: 'x', raw: true, completion: text || 'x' });
    if (text) {
      expect(scored.greedy).toBe(true);
      scored.logprobs.forEach((logprob, i) => expect(logprob).toBeCloseTo(answer.logprobs![i]!.logprob, 4));
    }
    const other = await model.logLikelihood({ prompt: 'x', raw: true, completion: 'Quite unlikely.' });
    expect(other.greedy).toBe(false);
  });

  test('apply the chat template unless the prompt is raw', async () => {
    const model = models.get('tiny-tied')!;
    const chat = await model.generate({ prompt: 'Hi', maxTokens: 4 });
    const rendered = await model.generate({ prompt: '<user>Hi\n', raw: true, maxTokens: 4 });
    const raw = await model.generate({ prompt: 'Hi', raw: true, maxTokens: 4 });
    expect(chat.tokens).toEqual(rendered.tokens);
    expect(chat.usage.promptTokens).toBe(4);
    expect(raw.usage.promptTokens).toBe(2);
  });

  test('refuse what does not fit into the context, with the numbers', async () => {
    const model = models.get('tiny-tied')!;
    const fits = await model.generate({ prompt: 'x'.repeat(1020), raw: true });
    expect(fits.usage.completionTokens).toBeLessThanOrEqual(4);
    const coded = { code: 'E_PROMPT_TOO_LONG', message: expect.stringContaining('1024') };
    await expect(model.generate({ prompt: 'x'.repeat(1024), raw: true })).rejects.toMatchObject(coded);
    await expect(model.generate({ prompt: 'x', raw: true, maxTokens: 1024 })).rejects.toMatchObject(coded);
    await expect(
      model.logLikelihood({ prompt: 'x', raw: true, completion: 'y'.repeat(1024) }),
    ).rejects.toMatchObject(coded);
  });

  test('stop a request in flight and go on with the others', async () => {
    const model = models.get('tiny-untied')!;
    const expected = await model.generate({ prompt: 'other', raw: true, maxTokens: 40 });
    const controller = new AbortController();
    const given = model.generate({
      prompt: 'x',
      raw: true,
      maxTokens: 900,
      temperature: 2,
      signal: controller.signal,
      onText: () => controller.abort(),
    });
    const other = model.generate({ prompt: 'other', raw: true, maxTokens: 40 });
    await expect(given).rejects.toMatchObject({ code: 'E_ABORTED' });
    expect((await other).text).toBe(expected.text);
  });

  test('fail a request whose onText throws, and only it', async () => {
    const model = models.get('tiny-untied')!;
    const failing = model.generate({
      prompt: 'x',
      raw: true,
      onText: () => {
        throw new Error('the reader is gone');
      },
    });
    await expect(failing).rejects.toThrow('the reader is gone');
    expect((await model.generate({ prompt: 'x', raw: true, maxTokens: 4 })).tokens).toHaveLength(4);
  });

  test('differ between seeds at temperature 1 and not at temperature 0', async () => {
    const model = models.get('tiny-untied')!;
    const texts = async (temperature: number) =>
      new Set(
        await Promise.all(
          [1, 2, 3, -1, 2 ** 40].map(
            async (seed) =>
              (await model.generate({ prompt: 'x', raw: true, maxTokens: 16, temperature, seed })).text,
          ),
        ),
      );
    expect((await texts(1)).size).toBe(5);
    expect((await texts(0)).size).toBe(1);
  });
});

test('refuses a device or a dtype it does not have', async () => {
  const path = join(folder, 'tiny-tied');
  await expect(loadModel(path, { device: 'tpu' as 'cpu' })).rejects.toMatchObject({
    code: 'E_DEVICE_UNAVAILABLE',
  });
  await expect(loadModel(path, { dtype: 'int2' as 'int4' })).rejects.toMatchObject({
    code: 'E_REQUEST_INVALID',
    message: expect.stringContaining('int2'),
  });
});

test('reports a missing model before anything is computed', async () => {
  await expect(loadModel(join(folder, 'absent'))).rejects.toMatchObject({ code: 'E_MODEL_NOT_FOUND' });
});

test('fails what is under way when it is closed', async () => {
  const model = await loadModel(join(folder, 'tiny-tied'));
  const pending = model.generate({ prompt: 'x', raw: true, maxTokens: 1000, temperature: 2 });
  const outcome = expect(pending).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
  await model.close();
  await outcome;
});

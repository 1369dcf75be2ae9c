import { expect, test } from '@playwright/test';
import { ModelServer } from '../../../../engine/serving/model-server.ts';
import { functionModel } from '../../../../fixtures/function-model.ts';

const echo = (): ModelServer =>
  new ModelServer(() => Promise.resolve(functionModel(({ prompt }) => [`You said: ${prompt}`])));

test('is ready once its model is loaded, and no longer when it is closed', async () => {
  const server = echo();
  expect(server.isReady()).toBe(false);
  await expect(server.generate('Hello')).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
  await server.loadModel();
  expect(server.isReady()).toBe(true);
  expect((await server.generate('Hello', { maxTokens: 10, temperature: 0.7 })).text).toBe('You said: Hello');
  await server.close();
  expect(server.isReady()).toBe(false);
  await expect(server.generate('Hello')).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
});

test('loads its model once, however often it is asked', async () => {
  let loads = 0;
  const server = new ModelServer(() => {
    loads++;
    return Promise.resolve(functionModel(() => ['x']));
  });
  await Promise.all([server.loadModel(), server.loadModel()]);
  await server.loadModel();
  expect(loads).toBe(1);
});

test('may try again after loading failed', async () => {
  let loads = 0;
  const server = new ModelServer(() =>
    ++loads === 1 ? Promise.reject(new Error('no such file')) : Promise.resolve(functionModel(() => ['x'])),
  );
  await expect(server.loadModel()).rejects.toThrow('no such file');
  expect(server.isReady()).toBe(false);
  await server.loadModel();
  expect(server.isReady()).toBe(true);
});

test('refuses an empty prompt, also within a batch', async () => {
  const server = echo();
  await server.loadModel();
  await expect(server.generate('', { maxTokens: 10 })).rejects.toMatchObject({ code: 'E_PROMPT_EMPTY' });
  await expect(server.generateBatch(['a', ''])).rejects.toMatchObject({ code: 'E_PROMPT_EMPTY' });
});

test('answers a batch in the order of its prompts', async () => {
  const server = new ModelServer(() =>
    Promise.resolve(
      functionModel(async ({ prompt }) => {
        await new Promise((resolve) => {
          setTimeout(resolve, prompt === 'a' ? 30 : 0);
        });
        return [prompt!];
      }),
    ),
  );
  await server.loadModel();
  const results = await server.generateBatch(['a', 'b', 'c']);
  expect(results.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
});

test('counts what it answered and what failed', async () => {
  const server = new ModelServer(() =>
    Promise.resolve(
      functionModel(({ prompt }) => {
        if (prompt === 'boom') throw new Error('boom');
        return ['one', ' two'];
      }),
    ),
  );
  await server.loadModel();
  await server.generate('Hello there');
  await expect(server.generate('boom')).rejects.toThrow('boom');
  expect(server.getStats()).toMatchObject({
    totalRequests: 2,
    failedRequests: 1,
    activeRequests: 0,
    promptTokens: 2,
    completionTokens: 2,
  });
});

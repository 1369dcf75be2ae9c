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

/** A model that answers when it is let, and tells when it was closed. */
function heldModel(name: string) {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const model = functionModel(async () => {
    await released;
    return [name];
  }, name);
  const told = { closed: false };
  return {
    told,
    release,
    model: {
      ...model,
      close: async () => {
        told.closed = true;
        await model.close();
      },
    },
  };
}

test('lets requests in flight end on the model that a new one replaces, then closes it', async () => {
  const [old, next] = [heldModel('old'), heldModel('new')];
  next.release();
  const server = new ModelServer(() => Promise.resolve(old.model));
  await server.loadModel();
  const inFlight = server.generate('Hello');
  await server.replaceModel(() => Promise.resolve(next.model));
  expect(server.info.name).toBe('new');
  expect((await server.generate('Hello')).text).toBe('new');
  expect(old.told.closed).toBe(false);
  old.release();
  expect((await inFlight).text).toBe('old');
  await expect.poll(() => old.told.closed).toBe(true);
  expect(server.getStats()).toMatchObject({ totalRequests: 2, failedRequests: 0, activeRequests: 0 });
  await server.close();
  expect(next.told.closed).toBe(true);
});

test('goes on with the old model where the new one cannot be loaded', async () => {
  const old = heldModel('old');
  old.release();
  const server = new ModelServer(() => Promise.resolve(old.model));
  await server.loadModel();
  await expect(server.replaceModel(() => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged');
  expect((await server.generate('Hello')).text).toBe('old');
  expect(old.told.closed).toBe(false);
  await server.close();
});

test('closes a replaced model with the server, whatever it still answers', async () => {
  const [old, next] = [heldModel('old'), heldModel('new')];
  const server = new ModelServer(() => Promise.resolve(old.model));
  await server.loadModel();
  const inFlight = server.generate('Hello');
  await server.replaceModel(() => Promise.resolve(next.model));
  await server.close();
  expect([old.told.closed, next.told.closed]).toEqual([true, true]);
  old.release();
  await inFlight;
});

test('replaces no model that is not there, and closes what was loaded for a server that ended', async () => {
  const [old, next] = [heldModel('old'), heldModel('new')];
  const server = new ModelServer(() => Promise.resolve(old.model));
  await expect(server.replaceModel(() => Promise.resolve(next.model))).rejects.toMatchObject({
    code: 'E_MODEL_CLOSED',
  });
  await server.loadModel();
  await expect(
    server.replaceModel(async () => {
      await server.close();
      return next.model;
    }),
  ).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
  expect(next.told.closed).toBe(true);
});

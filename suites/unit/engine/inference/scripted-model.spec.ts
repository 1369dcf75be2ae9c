import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { loadScriptedModel } from '../../../../engine/index.ts';
import { modelConformance } from '../../../../fixtures/model-conformance.ts';

async function script(content: unknown): Promise<string> {
  const path = test.info().outputPath('script.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

modelConformance('the scripted model', async () =>
  loadScriptedModel(await script({ default: 'The sea is wide and blue.\n\nIt is also deep, and cold.' })),
);

test('answers a listed prompt with its reply, any other with the default', async () => {
  const model = await loadScriptedModel(
    await script({ default: 'I do not know.', replies: { Hi: 'Hello.', toString: 'A method.' } }),
  );
  const answers: Record<string, string> = {
    Hi: 'Hello.',
    hi: 'I do not know.',
    toString: 'A method.',
    constructor: 'I do not know.',
  };
  for (const [prompt, answer] of Object.entries(answers)) {
    expect((await model.generate({ prompt })).text).toBe(answer);
  }
});

test('counts words', async () => {
  const model = await loadScriptedModel(await script({ default: 'one two  three' }));
  const { usage } = await model.generate({ prompt: 'Count, please.' });
  expect(usage).toEqual({ promptTokens: 2, completionTokens: 3, totalTokens: 5 });
});

test('refuses to tell probabilities, which it has none of', async () => {
  const model = await loadScriptedModel(await script({ default: 'one two' }));
  for (const asked of [{ logprobs: true }, { promptLogprobs: true }, { topLogprobs: 2 }]) {
    await expect(model.generate({ prompt: 'x', ...asked })).rejects.toMatchObject({
      code: 'E_REQUEST_INVALID',
      message: expect.stringContaining('probabilities'),
    });
  }
});

test('gives up within its delay', async () => {
  const model = await loadScriptedModel(await script({ default: 'late', delayMs: 600_000 }));
  const controller = new AbortController();
  const pending = model.generate({ prompt: 'x', signal: controller.signal });
  controller.abort();
  await expect(pending).rejects.toMatchObject({ code: 'E_ABORTED' });
});

test('refuses a script it cannot follow', async () => {
  for (const content of [
    '{',
    'null',
    {},
    { default: 1 },
    { default: 'x', replies: { a: 1 } },
    { default: 'x', delayMs: -1 },
  ]) {
    await expect(loadScriptedModel(await script(content))).rejects.toMatchObject({
      code: 'E_CHECKPOINT_INVALID',
    });
  }
  await expect(loadScriptedModel('absent.json')).rejects.toMatchObject({ code: 'E_MODEL_NOT_FOUND' });
});

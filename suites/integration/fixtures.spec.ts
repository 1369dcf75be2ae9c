/** An author's test, as a project would write it, on the bundled model. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineTask, expect, scoring, test } from '../../fixtures/index.ts';

test.use({ sampleLimit: 20 });
test.setTimeout(120_000);

const capitals = defineTask({
  suite: 'geography',
  name: 'capitals',
  dataset: [
    {
      id: 'france',
      prompt: 'What is the capital of France?',
      references: ['The capital of France is Paris.'],
    },
    { id: 'japan', prompt: 'What is the capital of Japan?', references: ['The capital of Japan is Tokyo.'] },
  ],
  scorers: ['exactMatch', scoring('short', ({ output }) => output.length < 80, { aggregate: 'proportion' })],
  gates: [{ metric: 'exactMatch', atLeast: 0.9 }],
});

test('a task is evaluated, and its result says what it cannot tell', async ({ evaluate }) => {
  const result = await evaluate(capitals);
  expect(result.records.map(({ sampleId, scores }) => [sampleId, scores])).toEqual([
    ['france', { exactMatch: 1, short: 1 }],
    ['japan', { exactMatch: 1, short: 1 }],
  ]);
  expect(result).toMeetGate({ metric: 'exactMatch', always: true });
  // Both right, and two are no evidence of nine in ten.
  expect(() => expect(result).toMeetGate()).toThrow(/inconclusive/);
  const more = await evaluate(capitals, { repeats: 3 });
  expect(more.records).toHaveLength(6);
});

test('the model answers, its server too', async ({ model, server, baseline }) => {
  const answer = await model.generate({ prompt: 'What is the capital of France?', maxTokens: 20 });
  expect(answer).toMention('Paris');
  expect(answer).not.toRefuse();
  expect(baseline).toBeNull();
  const health = await fetch(`${server.url}/health`);
  expect(await health.json()).toMatchObject({ status: 'healthy' });
  expect(server.reference).toBe(`${server.url}/v1#tiny-chat`);
  expect(server.processId).toBe(process.pid);
});

let left: string;
test('a folder, a dataset and artifacts are there', async ({ tempDir, dataset, artifacts }) => {
  left = tempDir;
  writeFileSync(join(tempDir, 'own.jsonl'), '{"id":"a","prompt":"Hi"}\n');
  expect((await dataset(join(tempDir, 'own.jsonl'))).samples).toEqual([{ id: 'a', prompt: 'Hi' }]);
  expect((await dataset('facts')).samples.length).toBeGreaterThan(100);
  const path = await artifacts.write('answers/one.json', { text: 'Hi' });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ text: 'Hi' });
  expect(test.info().attachments.map(({ name }) => name)).toEqual(['answers/one.json']);
  await expect(artifacts.write('../outside.txt', 'x')).rejects.toThrow(/would not lie in/);
});

test('the folder of a test goes with it', () => {
  expect(existsSync(left)).toBe(false);
});

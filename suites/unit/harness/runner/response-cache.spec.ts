import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { GenerateResult } from '../../../../engine/index.ts';
import { evaluateTask } from '../../../../harness/runner/evaluate-task.ts';
import { modelIdentity, ResponseCache } from '../../../../harness/runner/response-cache.ts';
import type { Task, TaskModel } from '../../../../harness/tasks/task.ts';
import type { SampleRecord } from '../../../../reports/report-data.ts';

let path: string;
test.beforeEach(() => {
  path = join(test.info().outputPath(), 'answers', 'model.jsonl');
});

/** Says how often it was asked. */
function countingModel(): TaskModel & { readonly asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    generate: async (): Promise<GenerateResult> => ({
      text: `answer ${++asked}: größer`,
      tokens: [1],
      usage: { promptTokens: 1, completionTokens: 1, totalTokens: 2 },
      finishReason: 'stop',
      timing: { latencyMs: 5, ttftMs: 1 },
    }),
    logLikelihood: async () => ({ logLikelihood: -++asked, logprobs: [-1], greedy: true }),
    url: 'http://127.0.0.1:9',
    reference: 'http://127.0.0.1:9/v1#none',
    processId: null,
  };
}

test('the same request has the kept answer, in this run and in the next; any other is asked', async () => {
  const model = countingModel();
  const request = { prompt: 'Hi', temperature: 0.5, maxTokens: 5, seed: 7 };
  const others = [
    { ...request, prompt: 'Hi ' },
    { ...request, temperature: 0.6 },
    { ...request, maxTokens: 6 },
    { ...request, seed: 8 },
    { ...request, topP: 0.9 },
    { ...request, stop: ['.'] },
    { ...request, raw: true },
    { messages: [{ role: 'user', content: 'Hi' }], temperature: 0.5, maxTokens: 5, seed: 7 } as const,
  ];
  const first = new ResponseCache(path);
  const asking = first.answering(model, 0);
  const { text } = await asking.model.generate(request);
  expect((await asking.model.generate({ ...request })).text).toBe(text);
  expect([model.asked(), asking.hits()]).toEqual([1, 1]);
  for (const other of others) await asking.model.generate(other);
  expect(model.asked()).toBe(1 + others.length);
  await first.answering(model, 1).model.generate(request);
  expect(model.asked(), 'another repeat').toBe(2 + others.length);
  await asking.model.logLikelihood({ prompt: 'Hi', completion: 'x' });
  first.close();

  const again = new ResponseCache(path);
  const later = again.answering(model, 0);
  const kept = await later.model.generate(request);
  expect(kept.text).toBe(text);
  expect(kept.timing.latencyMs, 'an old time is no time').toBeNaN();
  expect((await later.model.logLikelihood({ prompt: 'Hi', completion: 'x' })).greedy).toBe(true);
  expect([model.asked(), later.hits()]).toEqual([3 + others.length, 2]);
  again.close();
});

test('a damaged or torn line is asked again, and spoils no other', async () => {
  const model = countingModel();
  const requests = ['a', 'b', 'c'].map((prompt) => ({ prompt }));
  const ask = async (): Promise<number> => {
    const cache = new ResponseCache(path);
    const before = model.asked();
    for (const request of requests) await cache.answering(model, 0).model.generate(request);
    cache.close();
    return model.asked() - before;
  };
  expect(await ask()).toBe(3);
  expect(await ask()).toBe(0);
  const lines = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, [lines[0], lines[1]!.replace('"answer"', '"an\u0000swer'), lines[2]].join('\n')); // torn: no newline
  expect(await ask()).toBe(2);
  expect(await ask()).toBe(0);
  appendFileSync(path, '{"key":"sha256:00","answer"');
  expect(await ask()).toBe(0);
  expect(await ask()).toBe(0);
});

test('an identity is all that decides an answer; a model whose weights cannot be seen has none', async () => {
  const digests = { weights: 'w', tokenizer: 't', template: null, config: 'c' };
  const info = { digests, device: 'cpu', dtype: 'float32' };
  const own = await modelIdentity(info, null);
  expect(own).toMatch(/^sha256:/);
  expect(await modelIdentity(info, null)).toBe(own);
  const others = await Promise.all([
    modelIdentity({ ...info, dtype: 'int8' }, null),
    modelIdentity({ ...info, device: 'webgpu' }, null),
    ...['weights', 'tokenizer', 'template', 'config', 'adapter'].map((part) =>
      modelIdentity({ ...info, digests: { ...digests, [part]: 'other' } }, null),
    ),
    modelIdentity({ ...info, digests: null }, 'sha256:script'),
  ]);
  expect(new Set([own, ...others]).size).toBe(others.length + 1);
  expect(await modelIdentity({ ...info, digests: null }, null)).toBeNull();
});

test('a record says that its answer was kept, and has no timing; what measures the moment is always asked', async () => {
  const task: Task = {
    suite: 'quality',
    name: 'probe',
    title: 'probe',
    description: 'probe',
    when: ['commit'],
    dataset: () => Promise.reject(new Error('not used')),
    metrics: [],
    sampling: { maxTokens: 5, temperature: 0 },
    scorers: [({ result }) => ({ latency: result.timing.latencyMs, ok: 1 })],
  };
  const evaluate = async (of: Task): Promise<SampleRecord> => {
    const cache = new ResponseCache(path);
    const records: SampleRecord[] = [];
    await evaluateTask(of, [{ id: 'a', prompt: 'Hi' }], countingModel(), {
      seed: 1,
      repeats: 1,
      concurrency: 1,
      done: new Set(),
      cache,
      append: (record) => records.push(record),
    });
    cache.close();
    return records[0]!;
  };
  const asked = await evaluate(task);
  expect(asked).not.toHaveProperty('cached');
  expect(asked.timing).not.toBeNull();
  const kept = await evaluate(task);
  expect(kept).toMatchObject({ cached: true, timing: null, output: asked.output, error: null });
  expect(kept.scores, 'a score of a time is undefined').toEqual({ latency: null, ok: 1 });
  for (const change of [{ uncached: true }, { alternates: true }, { suite: 'performance' }] as const) {
    expect(await evaluate({ ...task, ...change })).not.toHaveProperty('cached');
  }
});

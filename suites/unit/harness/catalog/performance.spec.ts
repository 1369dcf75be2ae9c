import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { serveModel } from '../../../../engine/index.ts';
import { functionModel } from '../../../../fixtures/function-model.ts';
import { stress } from '../../../../harness/catalog/performance-load.ts';
import { memory } from '../../../../harness/catalog/performance-memory.ts';
import { batches, benchmark, throughput } from '../../../../harness/catalog/performance.ts';
import { residentBytes } from '../../../../harness/load/resident-memory.ts';
import { openModel } from '../../../../harness/models/open-model.ts';
import type { Sample, Task, TaskModel, TaskOutput } from '../../../../harness/tasks/task.ts';
import { foreignEndpoint, type Reply } from '../models/foreign-endpoint.ts';

/** Runs one sample of a task against a model served here. */
async function runOn(
  task: Task,
  sample: Sample,
  answer: Parameters<typeof functionModel>[0],
): Promise<TaskOutput> {
  const server = await serveModel(functionModel(answer));
  const reference = `${server.url}/v1#function`;
  const model = await openModel(reference);
  try {
    return await task.run!(
      sample,
      {
        generate: (request) => model.generate(request),
        logLikelihood: (request) => model.logLikelihood(request),
        url: server.url,
        reference,
        processId: process.pid,
      },
      1,
    );
  } finally {
    await model.close();
    await server.close();
  }
}

test('one request under load is asked once: its failure is a score of 0 with the reason, and no latency', async () => {
  const cases: readonly [Reply, object][] = [
    [
      { body: { choices: [{ message: { content: 'Hi' } }] } },
      { succeeded: 1, latencyMs: expect.any(Number) },
    ],
    [
      { status: 429, body: { error: 'full' } },
      {
        succeeded: { value: 0, reason: expect.stringContaining('rateLimited') },
        latencyMs: { value: null, reason: expect.stringContaining('429') },
      },
    ],
  ];
  for (const [reply, scores] of cases) {
    const endpoint = await foreignEndpoint([reply]);
    const unused = () => Promise.reject(new Error('not used'));
    const reference = `${endpoint.baseUrl}#m`;
    const model = {
      generate: unused,
      logLikelihood: unused,
      url: endpoint.baseUrl,
      reference,
      processId: null,
    };
    expect((await stress.run!({ id: 'a', prompt: 'Hello' }, model, 1)).scores).toEqual(scores);
    expect(endpoint.received).toHaveLength(1);
    await endpoint.close();
  }
});

test('batches are sent at once, the same request in each, and their gain is the logarithm of the ratio', async () => {
  let inFlight = 0;
  let most = 0;
  const asked = new Set<string>();
  const unused = () => Promise.reject(new Error('not used'));
  const model: TaskModel = {
    generate: async (request) => {
      asked.add(JSON.stringify(request));
      most = Math.max(most, ++inFlight);
      await setTimeout(30);
      inFlight--;
      const usage = { promptTokens: 1, completionTokens: 1, totalTokens: 2 };
      return {
        text: 'yes',
        tokens: [],
        usage,
        finishReason: 'stop',
        timing: { latencyMs: 30, ttftMs: null },
      };
    },
    logLikelihood: unused,
    url: 'http://127.0.0.1:9',
    reference: 'http://127.0.0.1:9/v1#m',
    processId: null,
  };
  const { scores } = await batches.run!({ id: 'a', prompt: 'Explain it' }, model, 1);
  expect(most).toBe(16);
  expect(asked.size).toBe(1);
  const rate = (size: number) => scores[`requestsPerSecond${size}`] as number;
  expect(scores['logGain']).toBeCloseTo(Math.log(rate(16) / rate(1)), 9);
  expect(scores['logGain']).toBeGreaterThan(0);
});

test('a benchmark times three requests after one to warm up, a round of throughput its prompts', async () => {
  let asked = 0;
  const count = () => {
    asked++;
    return ['yes', ' sir'];
  };
  const { scores } = await runOn(benchmark, { id: 'a', prompt: 'Hello' }, count);
  expect(asked).toBe(4);
  expect(scores['latencyMs']).toBeGreaterThan(0);
  asked = 0;
  const round = await runOn(
    throughput,
    { id: 'a', prompt: 'x', metadata: { prompts: ['a', 'b', 'c'] } },
    count,
  );
  expect(asked).toBe(3);
  const { requestsPerSecond, tokensPerSecond } = round.scores;
  expect(tokensPerSecond).toBeCloseTo(2 * (requestsPerSecond as number), 6);
});

test('memory that the server keeps is seen as growth', async () => {
  const kept: Buffer[] = [];
  const { scores } = await runOn(
    memory,
    { id: 'ten', prompt: 'Hello', metadata: { requests: 4, maxTokens: 5 } },
    () => {
      kept.push(Buffer.alloc(40 << 20, 1));
      return ['yes'];
    },
  );
  expect(kept).toHaveLength(4);
  expect(scores['growth']).toBeGreaterThan(120);
  expect(scores['peak']).toBeGreaterThanOrEqual(scores['growth'] as number);
});

test('the memory of another process is read, and of one that is gone there is none', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)']);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(await residentBytes(child.pid!)).toBeGreaterThan(10 << 20);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  expect(await residentBytes(child.pid!)).toBeNull();
});

/** Tasks of the performance suite that ask many at once. */
import { type Exchange, LoadClient } from '../load/exchange.ts';
import { parseTargetUrl } from '../load/target.ts';
import { loadDataset } from '../tasks/dataset.ts';
import type { Sample, Task, TaskModel, TaskOutput } from '../tasks/task.ts';

const TIMEOUT_MS = 30_000;

/** One request of many at once. That it failed is what is measured, so it is a score and never tried again. */
function underLoad(maxTokens: number, temperature: number) {
  return async (sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> => {
    const exchange = await askOnce(sample, model, { maxTokens, temperature, seed });
    const { failure, promptTokens, completionTokens, sentAt, endAt } = exchange;
    const latencyMs = endAt - sentAt;
    const reason = failure === null ? '' : `${failure.class}: ${failure.detail}`;
    return {
      output: failure === null ? 'answered' : reason,
      scores: {
        succeeded: failure === null ? 1 : { value: 0, reason },
        latencyMs: failure === null ? latencyMs : { value: null, reason },
      },
      usage:
        promptTokens === null || completionTokens === null
          ? null
          : { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens },
      timing: { latencyMs, ttftMs: null },
    };
  };
}

async function askOnce(
  sample: Sample,
  model: TaskModel,
  sampling: { readonly maxTokens: number; readonly temperature: number; readonly seed: number },
): Promise<Exchange> {
  const { baseUrl, model: name } = parseTargetUrl(model.reference);
  const client = new LoadClient({
    baseUrl,
    model: name,
    route: 'chat',
    stream: false,
    timeoutMs: TIMEOUT_MS,
    key: process.env['HARNESS_API_KEY'],
  });
  try {
    return await client.send({ input: { prompt: sample.prompt! }, ...sampling });
  } finally {
    await client.close();
  }
}

function loadMetrics(users: number, maxTokens: number, temperature: number): Task['metrics'] {
  const signature = `closed-loop:${users}|over:http|no-retry|max-tokens:${maxTokens}|temp:${temperature}|v1`;
  const latencies = { score: 'latencyMs', better: 'lower', unit: 'ms', signature } as const;
  return [
    { metric: 'succeeded', score: 'succeeded', aggregate: 'proportion', better: 'higher', signature },
    { metric: 'latency', aggregate: 'mean', ...latencies },
    { metric: 'latencyP50', aggregate: 'p50', ...latencies },
    { metric: 'latencyP95', aggregate: 'p95', ...latencies },
  ];
}

export const concurrency: Task = {
  suite: 'performance',
  name: 'concurrency',
  title: 'Fifty requests, ten at a time',
  description: 'Whether the server answers when ten users ask at once, and how long they wait.',
  when: ['weekly', 'release'],
  dataset: (folder) => loadDataset('concurrency', folder),
  concurrency: 10,
  metrics: loadMetrics(10, 20, 0.7),
  run: underLoad(20, 0.7),
};

export const stress: Task = {
  suite: 'performance',
  name: 'stress',
  title: 'A hundred requests, twenty at a time',
  description: 'Whether the server still answers under stress, and how long that takes.',
  when: ['weekly', 'release'],
  dataset: (folder) => loadDataset('stress', folder),
  concurrency: 20,
  metrics: loadMetrics(20, 100, 0.8),
  run: underLoad(100, 0.8),
};

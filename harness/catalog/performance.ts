/** Tasks of the performance suite: what a single user waits for. */
import { loadDataset } from '../tasks/dataset.ts';
import type { Sample, Task, TaskModel, TaskOutput } from '../tasks/task.ts';
import { samplingSignature } from './sampling-signature.ts';

const sampling = { maxTokens: 50, temperature: 0.7, topP: 0.9 } as const;

async function timeOneRequest(sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> {
  const { text, usage, timing } = await model.generate({ prompt: sample.prompt!, ...sampling, seed });
  const seconds = timing.latencyMs / 1000;
  return {
    output: text,
    scores: {
      latencyMs: timing.latencyMs,
      tokensPerSecond:
        usage.completionTokens > 0
          ? usage.completionTokens / seconds
          : { value: null, reason: 'the answer has no tokens' },
    },
    usage,
    timing,
  };
}

const signature = `sequential|over:http|${samplingSignature(sampling)}|v1`;

export const latency: Task = {
  suite: 'performance',
  name: 'latency',
  title: 'Latency of single requests',
  description: 'Twenty requests one after another: how long one user waits, and how fast tokens come.',
  when: ['weekly', 'release'],
  dataset: (folder) => loadDataset('latency', folder),
  concurrency: 1,
  sampling,
  metrics: [
    { metric: 'latency', score: 'latencyMs', aggregate: 'mean', better: 'lower', unit: 'ms', signature },
    { metric: 'latencyP50', score: 'latencyMs', aggregate: 'p50', better: 'lower', unit: 'ms', signature },
    { metric: 'latencyP95', score: 'latencyMs', aggregate: 'p95', better: 'lower', unit: 'ms', signature },
    {
      metric: 'tokensPerSecond',
      score: 'tokensPerSecond',
      aggregate: 'mean',
      better: 'higher',
      unit: 'tokens/s',
      signature,
    },
  ],
  run: timeOneRequest,
};

/** The task of the performance suite that watches the memory of the server. */
import { HarnessError } from '../errors.ts';
import { residentBytes } from '../load/resident-memory.ts';
import { loadDataset } from '../tasks/dataset.ts';
import type { Sample, Score, Task, TaskModel, TaskOutput } from '../tasks/task.ts';

const MEGABYTE = 2 ** 20;
const POLL_MS = 20;

/** Growth of the server's resident memory over a series of requests: at the end, and at its highest in between. */
async function watchMemory(sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> {
  const { requests, maxTokens } = (sample.metadata ?? {}) as {
    readonly requests?: number;
    readonly maxTokens?: number;
  };
  if (requests === undefined || maxTokens === undefined) {
    throw new HarnessError('E_DATA_INVALID', `Sample ${sample.id} needs metadata.requests and maxTokens`);
  }
  const resident = async (): Promise<number | null> =>
    model.processId === null ? null : await residentBytes(model.processId);
  const before = await resident();
  let highest = before;
  const peek = async (): Promise<void> => {
    highest = Math.max(highest ?? 0, (await resident()) ?? 0);
  };
  const watch = setInterval(() => void peek(), POLL_MS);
  const startMs = performance.now();
  const request = { prompt: sample.prompt!, maxTokens, temperature: 0.7, topP: 0.9 };
  let output = '';
  try {
    for (let asked = 0; asked < requests; asked++) {
      output = (await model.generate({ ...request, seed: seed + asked })).text;
    }
  } finally {
    clearInterval(watch);
  }
  const after = await resident();
  if (after !== null) highest = Math.max(highest ?? 0, after);
  const growth = (bytes: number | null): Score =>
    before === null || bytes === null
      ? { value: null, reason: 'the memory of the server cannot be read on this platform' }
      : (bytes - before) / MEGABYTE;
  return {
    output,
    scores: { growth: growth(after), peak: growth(highest) },
    usage: null,
    timing: { latencyMs: performance.now() - startMs, ttftMs: null },
  };
}

const memorySignature = 'rss|server-process|sequential|over:http|v1';
const megabytes = { aggregate: 'max', better: 'lower', unit: 'MB', signature: memorySignature } as const;

export const memory: Task = {
  suite: 'performance',
  name: 'memory',
  title: 'Memory of the server',
  description: 'Resident memory over ten requests and over a hundred: it must not grow without end.',
  when: ['weekly', 'release'],
  dataset: (folder) => loadDataset('memory', folder),
  needsOwnServer: true,
  concurrency: 1,
  metrics: [
    { metric: 'growthOverTen', score: 'growth', tag: 'ten', ...megabytes },
    { metric: 'growthOverHundred', score: 'growth', tag: 'hundred', ...megabytes },
    { metric: 'peak', score: 'peak', ...megabytes },
  ],
  run: watchMemory,
};

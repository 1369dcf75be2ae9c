/** Tasks of the performance suite that time answers: one at a time, and in batches. */
import { HarnessError } from '../errors.ts';
import { loadDataset } from '../tasks/dataset.ts';
import type { Sample, Score, Task, TaskModel, TaskOutput } from '../tasks/task.ts';
import { samplingSignature } from './sampling-signature.ts';

const single = { maxTokens: 50, temperature: 0.7, topP: 0.9 } as const;
const short = { maxTokens: 20, temperature: 0.7, topP: 0.9 } as const;
const when = ['weekly', 'release'] as const;
const noTokens: Score = {
  value: null,
  reason: 'the answer has no tokens, or the server does not count them',
};

async function timeOneRequest(sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> {
  const { text, usage, timing } = await model.generate({ prompt: sample.prompt!, ...single, seed });
  const { completionTokens } = usage;
  const counted = completionTokens > 0;
  return {
    output: text,
    scores: {
      latencyMs: timing.latencyMs,
      tokensPerSecond: counted ? (completionTokens / timing.latencyMs) * 1000 : noTokens,
      logTimePerToken: counted ? Math.log(timing.latencyMs / completionTokens) : noTokens,
    },
    usage,
    timing,
  };
}

const sequential = `sequential|over:http|${samplingSignature(single)}|v1`;
const ms = { better: 'lower', unit: 'ms', signature: sequential } as const;

export const latency: Task = {
  suite: 'performance',
  name: 'latency',
  title: 'Latency of single requests',
  description: 'Twenty requests one after another: how long one user waits, and how fast tokens come.',
  when,
  dataset: (folder) => loadDataset('latency', folder),
  concurrency: 1,
  alternates: true,
  sampling: single,
  metrics: [
    { metric: 'latency', score: 'latencyMs', aggregate: 'mean', ...ms },
    { metric: 'latencyP50', score: 'latencyMs', aggregate: 'p50', ...ms },
    { metric: 'latencyP95', score: 'latencyMs', aggregate: 'p95', ...ms },
    {
      metric: 'tokensPerSecond',
      score: 'tokensPerSecond',
      aggregate: 'mean',
      better: 'higher',
      unit: 'tokens/s',
      signature: sequential,
    },
    // A difference of logarithms is a ratio of times: one margin serves fast and slow models, long and short answers.
    { metric: 'logTimePerToken', score: 'logTimePerToken', aggregate: 'mean', ...ms, unit: 'ln ms' },
  ],
  run: timeOneRequest,
};

/** Timed requests a round, after one that warms up. */
const BENCHMARKED = 3;

/** The mean of a few requests for one prompt, by mitata. */
async function benchmarkOnePrompt(sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> {
  const { measure } = await import('mitata');
  let output = '';
  const { avg } = await measure(
    async () => {
      output = (await model.generate({ prompt: sample.prompt!, ...single, seed })).text;
    },
    {
      min_samples: BENCHMARKED,
      max_samples: BENCHMARKED,
      min_cpu_time: 0,
      warmup_samples: 0,
      samples_threshold: BENCHMARKED,
      gc: false, // without --expose-gc it would fill a gigabyte instead
    },
  );
  const latencyMs = avg / 1e6;
  return { output, scores: { latencyMs }, usage: null, timing: { latencyMs, ttftMs: null } };
}

export const benchmark: Task = {
  suite: 'performance',
  name: 'benchmark',
  title: 'Benchmark of one request',
  description: 'Ten rounds of one prompt, each the mean of three requests after one to warm up (mitata).',
  when,
  dataset: (folder) => loadDataset('benchmark', folder),
  concurrency: 1,
  sampling: single,
  metrics: [
    {
      metric: 'latency',
      score: 'latencyMs',
      aggregate: 'mean',
      better: 'lower',
      unit: 'ms',
      signature: `mitata|samples:${BENCHMARKED}|warmup:1|over:http|${samplingSignature(single)}|v1`,
    },
  ],
  run: benchmarkOnePrompt,
};

async function askOneAfterAnother(sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> {
  const { prompts = [] } = (sample.metadata ?? {}) as { readonly prompts?: readonly string[] };
  if (prompts.length === 0) {
    throw new HarnessError('E_DATA_INVALID', `Sample ${sample.id} has no metadata.prompts`);
  }
  const texts: string[] = [];
  let tokens = 0;
  const startMs = performance.now();
  for (const prompt of prompts) {
    const { text, usage } = await model.generate({ prompt, ...short, seed });
    texts.push(text);
    tokens += usage.completionTokens;
  }
  const latencyMs = performance.now() - startMs;
  const perSecond = (count: number): number => (count / latencyMs) * 1000;
  return {
    output: texts.join('\n'),
    scores: {
      requestsPerSecond: perSecond(prompts.length),
      tokensPerSecond: tokens > 0 ? perSecond(tokens) : noTokens,
    },
    usage: null,
    timing: { latencyMs, ttftMs: null },
  };
}

const roundSignature = `rounds|sequential|over:http|${samplingSignature(short)}|v1`;

export const throughput: Task = {
  suite: 'performance',
  name: 'throughput',
  title: 'Throughput of one user',
  description: 'A hundred and twenty requests one after another, in twelve rounds: how many a second.',
  when,
  dataset: (folder) => loadDataset('rounds', folder),
  concurrency: 1,
  sampling: short,
  metrics: [
    {
      metric: 'requestsPerSecond',
      score: 'requestsPerSecond',
      aggregate: 'mean',
      better: 'higher',
      unit: 'requests/s',
      signature: roundSignature,
    },
    {
      metric: 'tokensPerSecond',
      score: 'tokensPerSecond',
      aggregate: 'mean',
      better: 'higher',
      unit: 'tokens/s',
      signature: roundSignature,
    },
  ],
  run: askOneAfterAnother,
};

const BATCH_SIZES = [1, 2, 4, 8, 16] as const;
const LARGEST = 16;

/** The same request in every batch and with the same seed: the same answer, so that nothing but the size differs.
 *  Single requests come before and after the others, which takes out what the machine does in the meantime. */
async function askInBatches(sample: Sample, model: TaskModel, seed: number): Promise<TaskOutput> {
  const ask = () => model.generate({ prompt: sample.prompt!, ...short, seed });
  const startMs = performance.now();
  const { text } = await ask(); // warms up
  const sent = new Map<number, { requests: number; ms: number }>();
  for (const size of [1, ...BATCH_SIZES, 1, 1]) {
    const batchMs = performance.now();
    await Promise.all(Array.from({ length: size }, ask));
    const { requests, ms: before } = sent.get(size) ?? { requests: 0, ms: 0 };
    sent.set(size, { requests: requests + size, ms: before + performance.now() - batchMs });
  }
  const perSecond = (size: number): number => (sent.get(size)!.requests / sent.get(size)!.ms) * 1000;
  return {
    output: text,
    scores: {
      logGain: Math.log(perSecond(LARGEST) / perSecond(1)),
      ...Object.fromEntries(BATCH_SIZES.map((size) => [`requestsPerSecond${size}`, perSecond(size)])),
    },
    usage: null,
    timing: { latencyMs: performance.now() - startMs, ttftMs: null },
  };
}

const batchSignature = `at-once:${BATCH_SIZES.join(',')}|over:http|${samplingSignature(short)}|v1`;

export const batches: Task = {
  suite: 'performance',
  name: 'batches',
  title: 'Batch sizes 1 to 16',
  description: 'Requests sent at once, 1 to 16 of them: larger batches have to give more requests a second.',
  when,
  dataset: (folder) => loadDataset('rounds', folder),
  concurrency: 1,
  sampling: short,
  metrics: [
    // Of the largest batch over the smallest, as a logarithm, in half of the rounds: one slow moment must not pass for a great
    // gain, and a median's interval supposes nothing of how slow a moment may be.
    {
      metric: 'logGain',
      score: 'logGain',
      aggregate: 'p50',
      better: 'higher',
      unit: 'ln',
      signature: `${batchSignature}|median`,
    },
    ...BATCH_SIZES.map(
      (size) =>
        ({
          metric: `requestsPerSecond${size}`,
          score: `requestsPerSecond${size}`,
          aggregate: 'mean',
          better: 'higher',
          unit: 'requests/s',
          signature: batchSignature,
        }) as const,
    ),
  ],
  run: askInBatches,
};

/** The engine beside its peers on the same weights, in one run with rounds in turn: the table of engine/SPEED.md.
 *
 *      npm run bench:peers -- --peers FOLDER --weights float32=F32.gguf,int8=Q8_0.gguf,int4=Q4_0.gguf [--rounds 5] [--threads 1]
 *          [--task decode] [--prompts 64]
 *
 *  FOLDER/node_modules holds node-llama-cpp (3.22, with its binaries). Each GGUF file holds the weights of one model in
 *  one precision; ours are made of the float32 file. CPU time of the whole process is compared, since the peer's
 *  threads and ours wait differently; wall time stands beside it. Ratios above 1 are in our favour. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { readCheckpoint } from '../../engine/checkpoint/read-checkpoint.ts';
import { Decoder } from '../../engine/inference/decoder.ts';
import { parameterCountOf, prepareGraph } from '../../engine/inference/graph-cache.ts';
import { argmax } from '../../engine/inference/sampler.ts';
import type { Precision } from '../../engine/nn/precision.ts';

const { values: options } = parseArgs({
  options: {
    peers: { type: 'string' },
    weights: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1' },
    cache: { type: 'string' },
    /** Only tasks whose name begins so. */
    task: { type: 'string', default: '' },
    /** Of the batched task. */
    prompts: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);

interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

async function costOf(work: () => Promise<void>): Promise<Cost> {
  const startMs = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1e3, wallMs: performance.now() - startMs };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** One way to do the tasks. Every task begins with an empty cache and takes ids below the vocabulary. */
interface Contender {
  readonly name: string;
  prefill(tokens: readonly number[]): Promise<Cost>;
  /** Of `count` steps after `tokens` were read; one sequence. */
  decode(tokens: readonly number[], count: number): Promise<Cost>;
  /** All prompts answered with `count` tokens each, `together` at a time, prefill included. */
  answer(prompts: readonly (readonly number[])[], count: number, together: number): Promise<Cost>;
}

function ours(decoder: Decoder): Contender {
  const { vocabSize } = decoder.spec;
  return {
    name: 'harness',
    prefill: (tokens) =>
      costOf(() => decoder.prefill(decoder.newCache(), 0, tokens, tokens.length - 1, () => undefined)),
    async decode(tokens, count) {
      const cache = decoder.newCache();
      await decoder.prefill(cache, 0, tokens, tokens.length, () => undefined);
      let token = argmax((await decoder.decode(cache, [tokens[0]!])).subarray(0, vocabSize));
      return costOf(async () => {
        for (let step = 0; step < count; step++) {
          token = argmax((await decoder.decode(cache, [token])).subarray(0, vocabSize));
        }
      });
    },
    answer: (prompts, count, together) =>
      costOf(async () => {
        for (let first = 0; first < prompts.length; first += together) {
          const cache = decoder.newCache();
          const batch = prompts.slice(first, first + together);
          const tokens: number[] = [];
          for (const [row, prompt] of batch.entries()) {
            await decoder.prefill(cache, row, prompt, prompt.length - 1, (logits) => {
              tokens[row] = argmax(logits);
            });
          }
          for (let step = 1; step < count; step++) {
            const logits = await decoder.decode(cache, tokens);
            for (const row of tokens.keys()) {
              tokens[row] = argmax(logits.subarray(row * vocabSize, (row + 1) * vocabSize));
            }
          }
        }
      }),
  };
}

/** What is used of node-llama-cpp. */
interface LlamaSequence {
  clearHistory(): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
  evaluate(tokens: readonly number[], options: object): AsyncIterable<number>;
}
interface LlamaContext {
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}
interface LlamaModel {
  createContext(options: object): Promise<LlamaContext>;
  dispose(): Promise<void>;
}
interface LlamaModule {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<LlamaModel>;
    dispose(): Promise<void>;
  }>;
}

async function llama(
  model: LlamaModel,
  threads: number,
  flashAttention: boolean,
): Promise<Contender & { dispose(): Promise<void> }> {
  const contexts = new Map<number, { context: LlamaContext; sequences: LlamaSequence[] }>();
  const contextOf = async (sequences: number) => {
    const known = contexts.get(sequences);
    if (known) return known;
    const context = await model.createContext({
      contextSize: 1024,
      sequences,
      batchSize: 512,
      threads,
      flashAttention,
    });
    const made = { context, sequences: Array.from({ length: sequences }, () => context.getSequence()) };
    contexts.set(sequences, made);
    return made;
  };
  const take = async (sequence: LlamaSequence, tokens: readonly number[], count: number) => {
    let taken = 0;
    for await (const _ of sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true })) {
      if (++taken === count) break;
    }
  };
  return {
    name: `llama.cpp${flashAttention ? ' flash' : ''}`,
    async prefill(tokens) {
      const [sequence] = (await contextOf(1)).sequences;
      await sequence!.clearHistory();
      return costOf(() => sequence!.evaluateWithoutGeneratingNewTokens(tokens));
    },
    async decode(tokens, count) {
      const [sequence] = (await contextOf(1)).sequences;
      await sequence!.clearHistory();
      await sequence!.evaluateWithoutGeneratingNewTokens(tokens);
      const evaluation = sequence!.evaluate([tokens[0]!], { temperature: 0, yieldEogToken: true });
      const steps = evaluation[Symbol.asyncIterator]();
      await steps.next();
      const cost = await costOf(async () => {
        for (let step = 0; step < count; step++) await steps.next();
      });
      await steps.return?.();
      return cost;
    },
    async answer(prompts, count, together) {
      const { sequences } = await contextOf(together);
      return costOf(async () => {
        for (let first = 0; first < prompts.length; first += together) {
          await Promise.all(
            prompts.slice(first, first + together).map(async (prompt, index) => {
              await sequences[index]!.clearHistory();
              await take(sequences[index]!, prompt, count);
            }),
          );
        }
      });
    },
    async dispose() {
      for (const { context } of contexts.values()) await context.dispose();
    },
  };
}

interface Task {
  readonly name: string;
  /** Tokens that the time is for. */
  readonly tokens: number;
  run(contender: Contender): Promise<Cost>;
}

const idsOf = (length: number, seed = 0) =>
  Array.from({ length }, (_, i) => 300 + (((i + 31 * seed) * 7919) % 40_000));
const prompts = Array.from({ length: Number(options.prompts) }, (_, index) =>
  idsOf(20 + ((index * 13) % 45), index + 1),
);
const STEPS = 16;
const ANSWER = 64;

const tasks: readonly Task[] = [
  { name: 'prefill 512', tokens: 512, run: (contender) => contender.prefill(idsOf(512)) },
  ...[128, 512].map((context) => ({
    name: `decode at ${context}`,
    tokens: STEPS,
    run: (contender: Contender) => contender.decode(idsOf(context), STEPS),
  })),
  ...[8, 16].map((together) => ({
    name: `${prompts.length} × ${ANSWER}, ${together} at a time`,
    tokens: prompts.length * ANSWER,
    run: (contender: Contender) => contender.answer(prompts, ANSWER, together),
  })),
];

async function compare(precision: Precision, source: string, peerFile: string, module: LlamaModule) {
  const rounds = Number(options.rounds);
  const threads = Number(options.threads);
  const checkpoint = await readCheckpoint(source);
  const graph = await prepareGraph(checkpoint, precision, options.cache ?? null);
  const decoder = await Decoder.open(
    checkpoint.spec,
    graph,
    threads === 1 ? 0 : parameterCountOf(checkpoint),
  );
  await checkpoint.weights.close();
  const native = await module.getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    logLevel: 'error',
    maxThreads: threads,
  });
  const model = await native.loadModel({ modelPath: resolve(peerFile) });
  const peers = [await llama(model, threads, false), await llama(model, threads, true)];
  const contenders: readonly Contender[] = [ours(decoder), ...peers];
  for (const task of tasks) {
    // Minutes a round, and nobody serves a batch in float32 on a processor.
    if (precision === 'float32' && task.tokens > 1000) continue;
    if (!task.name.startsWith(options.task)) continue;
    const costs = contenders.map((): Cost[] => []);
    // The long tasks are long enough to need fewer rounds.
    const taskRounds = task.tokens > 1000 ? Math.max(1, Math.floor(rounds / 3)) : rounds;
    for (let round = 0; round < taskRounds; round++) {
      for (const offset of contenders.keys()) {
        const index = (round + offset) % contenders.length;
        costs[index]!.push(await task.run(contenders[index]!));
      }
    }
    const rates = costs.map((list) => (task.tokens / median(list.map(({ cpuMs }) => cpuMs))) * 1000);
    const wall = costs.map((list) => (task.tokens / median(list.map(({ wallMs }) => wallMs))) * 1000);
    const best = Math.max(...rates.slice(1));
    const shown = contenders.map(
      ({ name }, index) => `${name} ${rates[index]!.toFixed(1)} (${wall[index]!.toFixed(1)})`,
    );
    say(
      options.json
        ? JSON.stringify({
            precision,
            task: task.name,
            contenders: contenders.map(({ name }) => name),
            rates,
            wall,
          })
        : `${precision.padEnd(8)} ${task.name.padEnd(22)} ratio ${(rates[0]! / best).toFixed(2)}   ${shown.join(' · ')}`,
    );
  }
  for (const peer of peers) await peer.dispose();
  await model.dispose();
  await native.dispose();
  await decoder.release();
}

const files = new Map(
  (options.weights ?? '').split(',').map((pair) => pair.split('=', 2) as [string, string | undefined]),
);
const source = files.get('float32');
if (options.peers === undefined || source === undefined) {
  say(
    'Usage: npm run bench:peers -- --peers FOLDER --weights float32=F32.gguf,int8=Q8_0.gguf,int4=Q4_0.gguf',
  );
  process.exitCode = 2;
} else {
  const entry = resolve(options.peers, 'node_modules/node-llama-cpp/dist/index.js');
  const module = (await import(pathToFileURL(entry).href)) as LlamaModule;
  say('tokens per CPU second (per second), medians of rounds in turn; ratio to the better peer, by CPU time');
  for (const precision of ['float32', 'int8', 'int4'] as const) {
    const file = files.get(precision);
    if (file !== undefined) await compare(precision, source, file, module);
  }
}

/** node-llama-cpp, as peers.bench.ts runs it. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { costOf, inputOf, serve } from './contender.ts';

/** What is used of node-llama-cpp. */
interface LlamaSequence {
  clearHistory(): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
  evaluate(tokens: readonly number[], options: object): AsyncIterable<number>;
}
interface LlamaContext {
  getSequence(): LlamaSequence;
}
interface LlamaModule {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{ createContext(options: object): Promise<LlamaContext> }>;
  }>;
}

const { model: modelPath, threads, peers, flashAttention } = inputOf();
const entry = resolve(peers, 'node_modules/node-llama-cpp/dist/index.js');
const module = (await import(pathToFileURL(entry).href)) as LlamaModule;
const llama = await module.getLlama({
  gpu: false,
  build: 'never',
  skipDownload: true,
  logLevel: 'error',
  maxThreads: threads,
});
const model = await llama.loadModel({ modelPath: resolve(modelPath) });
const known = new Map<number, LlamaSequence[]>();
const greedy = { temperature: 0, yieldEogToken: true };

async function sequencesOf(count: number): Promise<LlamaSequence[]> {
  const made = known.get(count);
  if (made) return made;
  const context = await model.createContext({
    contextSize: 1024,
    sequences: count,
    batchSize: 512,
    threads,
    flashAttention,
  });
  const sequences = Array.from({ length: count }, () => context.getSequence());
  known.set(count, sequences);
  return sequences;
}

async function cleared(): Promise<LlamaSequence> {
  const [sequence] = await sequencesOf(1);
  await sequence!.clearHistory();
  return sequence!;
}

await serve({
  async prefill(tokens) {
    const sequence = await cleared();
    return costOf(() => sequence.evaluateWithoutGeneratingNewTokens(tokens));
  },
  async decode(tokens, steps, sampling) {
    const sequence = await cleared();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens);
    const made = sequence.evaluate([tokens[0]!], { ...greedy, ...sampling, seed: 1 })[Symbol.asyncIterator]();
    await made.next();
    const cost = await costOf(async () => {
      for (let step = 0; step < steps; step++) await made.next();
    });
    await made.return?.();
    return cost;
  },
  async answer(prompts, count, together) {
    const sequences = await sequencesOf(together);
    const answer = async (sequence: LlamaSequence, prompt: readonly number[]) => {
      await sequence.clearHistory();
      let taken = 0;
      for await (const _ of sequence.evaluate(prompt, greedy)) if (++taken === count) break;
    };
    return costOf(async () => {
      for (let first = 0; first < prompts.length; first += together) {
        const batch = prompts.slice(first, first + together);
        await Promise.all(batch.map((prompt, index) => answer(sequences[index]!, prompt)));
      }
    });
  },
});

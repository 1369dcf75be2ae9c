/** The engine beside llama.cpp on the same GGUF files: tiny models of every architecture that both read.
 *  Knows node-llama-cpp's calls. */
import { createRequire } from 'node:module';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDecoder } from '../../engine/inference/open-decoder.ts';
import type { StepDecoder } from '../../engine/inference/step-decoder.ts';
import { writeTinyGguf } from '../helpers/gguf-writer.ts';
import { tinyModel } from '../helpers/tiny-architectures.ts';

/** Those of node-llama-cpp 3.22 that are needed. */
interface LlamaModule {
  readonly getLlama: (options: object) => Promise<{
    loadModel(options: object): Promise<{
      createContext(options: object): Promise<{ getSequence(): Sequence; dispose(): Promise<void> }>;
      dispose(): Promise<void>;
    }>;
  }>;
}

interface Sequence {
  clearHistory(): Promise<void>;
  evaluateWithMetadata(
    tokens: readonly number[],
    metadata: object,
    options: object,
  ): AsyncIterable<{ readonly token: number; readonly probabilities: ReadonlyMap<number, number> }>;
}

export interface LlamaRow {
  readonly architecture: string;
  /** Of any log-probability after a prompt. */
  readonly worst: number;
  readonly equal: number;
  readonly tokens: number;
}

const PROMPTS = 20;
const NEW_TOKENS = 64;
const models = [
  'llama-plain',
  'llama-linear',
  'qwen2-everywhere',
  'qwen3',
  'smollm3',
  'gpt2',
  'gemma3-sixth',
];

/** @param peers folder in which node-llama-cpp is installed */
export async function compareWithLlama(peers: string): Promise<LlamaRow[]> {
  const entry = createRequire(join(peers, 'package.json')).resolve('node-llama-cpp');
  const { getLlama } = (await import(pathToFileURL(entry).href)) as LlamaModule;
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    logLevel: 'error',
    maxThreads: 1,
  });
  const folder = await mkdtemp(join(tmpdir(), 'llama-'));
  const rows: LlamaRow[] = [];
  for (const architecture of models) {
    const path = await writeTinyGguf(join(folder, `${architecture}.gguf`), tinyModel(architecture));
    const { decoder } = await openDecoder(path, 'float32', null);
    const model = await llama.loadModel({ modelPath: path });
    const context = await model.createContext({
      contextSize: 256,
      batchSize: 256,
      threads: 1,
      flashAttention: false,
      experimentalKvCacheKeyType: 'F32',
      experimentalKvCacheValueType: 'F32',
    });
    rows.push({ architecture, ...(await compare(decoder, context.getSequence())) });
    await context.dispose();
    await model.dispose();
    await decoder.release();
  }
  await rm(folder, { recursive: true, force: true });
  return rows;
}

async function compare(decoder: StepDecoder, sequence: Sequence): Promise<Omit<LlamaRow, 'architecture'>> {
  const { vocabSize } = decoder.spec;
  let worst = 0;
  let equal = 0;
  for (let prompt = 0; prompt < PROMPTS; prompt++) {
    const ids = Array.from(
      { length: 1 + prompt * 7 },
      (_, i) => (i * 37 + prompt * 101 + i * i * 3) % vocabSize,
    );
    const cache = decoder.newCache();
    let logits = new Float32Array(0);
    await decoder.prefill(cache, 0, ids, ids.length - 1, (values) => {
      logits = values.slice();
    });
    await sequence.clearHistory();
    let count = 0;
    const options = { temperature: 0, yieldEogToken: true };
    for await (const { token, probabilities } of sequence.evaluateWithMetadata(
      ids,
      { probabilities: true },
      options,
    )) {
      if (count === 0) worst = Math.max(worst, difference(logits, probabilities));
      const ours = logits.indexOf(logits.reduce((a, b) => Math.max(a, b)));
      if (ours === token) equal++;
      if (++count === NEW_TOKENS) break;
      // Both go on with llama.cpp's token, so that one near tie is counted once.
      logits = (await decoder.decode(cache, [token])).slice(0, vocabSize);
    }
  }
  return { worst, equal, tokens: PROMPTS * NEW_TOKENS };
}

/** Largest difference of a log-probability. */
function difference(logits: Float32Array, probabilities: ReadonlyMap<number, number>): number {
  const largest = logits.reduce((a, b) => Math.max(a, b));
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) + largest;
  let worst = 0;
  for (const [token, probability] of probabilities) {
    // Probabilities are float32: of the smallest nothing is left.
    if (probability > 1e-30)
      worst = Math.max(worst, Math.abs(Math.log(probability) - (logits[token]! - total)));
  }
  return worst;
}

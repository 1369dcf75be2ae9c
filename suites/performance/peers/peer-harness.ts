/** This engine, as peers.bench.ts runs it. */
import { readCheckpoint } from '../../../engine/checkpoint/read-checkpoint.ts';
import { Decoder } from '../../../engine/inference/decoder.ts';
import { parameterCountOf, prepareGraph } from '../../../engine/inference/graph-cache.ts';
import { argmax, sampleToken } from '../../../engine/inference/sampler.ts';
import { seededRandom } from '../../../engine/inference/random.ts';
import type { Precision } from '../../../engine/nn/precision.ts';
import { costOf, inputOf, serve } from './contender.ts';

const { model, precision, threads, cache } = inputOf();
const checkpoint = await readCheckpoint(model);
const graph = await prepareGraph(checkpoint, precision as Precision, cache);
const decoder = await Decoder.open(checkpoint.spec, graph, threads === 1 ? 0 : parameterCountOf(checkpoint));
await checkpoint.weights.close();
const { vocabSize } = decoder.spec;
const best = (logits: Float32Array, row = 0) =>
  argmax(logits.subarray(row * vocabSize, (row + 1) * vocabSize));

await serve({
  prefill: (tokens) =>
    costOf(() => decoder.prefill(decoder.newCache(), 0, tokens, tokens.length - 1, () => undefined)),
  async decode(tokens, steps, sampling) {
    const random = seededRandom(1);
    const next = (logits: Float32Array) =>
      sampling ? sampleToken(logits.subarray(0, vocabSize), { ...sampling, minP: 0 }, random) : best(logits);
    const kept = decoder.newCache();
    await decoder.prefill(kept, 0, tokens, tokens.length, () => undefined);
    let token = next(await decoder.decode(kept, [tokens[0]!]));
    return costOf(async () => {
      for (let step = 0; step < steps; step++) token = next(await decoder.decode(kept, [token]));
    });
  },
  answer: (prompts, count, together) =>
    costOf(async () => {
      for (let first = 0; first < prompts.length; first += together) {
        const kept = decoder.newCache();
        const tokens: number[] = [];
        for (const [row, prompt] of prompts.slice(first, first + together).entries()) {
          await decoder.prefill(kept, row, prompt, prompt.length - 1, (logits) => {
            tokens[row] = argmax(logits);
          });
        }
        for (let step = 1; step < count; step++) {
          const logits = await decoder.decode(kept, tokens);
          for (const row of tokens.keys()) tokens[row] = best(logits, row);
        }
      }
    }),
});

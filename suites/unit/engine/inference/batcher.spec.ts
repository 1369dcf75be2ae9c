import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readCheckpoint } from '../../../../engine/checkpoint/read-checkpoint.ts';
import { Batcher, type BatchLimits } from '../../../../engine/inference/batcher.ts';
import { Decoder } from '../../../../engine/inference/decoder.ts';
import { prepareGraph } from '../../../../engine/inference/graph-cache.ts';
import type { KvCache } from '../../../../engine/inference/kv-cache.ts';
import type { GenerateJob } from '../../../../engine/inference/sequence.ts';
import type { StepDecoder } from '../../../../engine/inference/step-decoder.ts';
import { createTokenizer, type Tokenizer } from '../../../../engine/tokenizer/tokenizer.ts';

const golden = join(import.meta.dirname, '../../../../fixtures/golden/engine/tiny-untied');

const prefixes = { entries: 0, bytes: 0 };

let decoder: Decoder;
let tokenizer: Tokenizer;
let jobs: GenerateJob[];

test.beforeAll(async () => {
  const checkpoint = await readCheckpoint(golden);
  tokenizer = createTokenizer(checkpoint.tokenizer);
  decoder = await Decoder.open(checkpoint.spec, await prepareGraph(checkpoint), 0);
  await checkpoint.weights.close();
  jobs = Array.from({ length: 24 }, (_, index) => job(index));
});

test.afterAll(async () => {
  await decoder.release();
});

const job = (index: number): GenerateJob => ({
  promptTokens: tokenizer.encode('word '.repeat(1 + ((index * 7) % 30))),
  maxTokens: 1 + ((index * 5) % 23),
  temperature: index % 3 === 0 ? 0 : 1.2,
  topP: 0.9,
  topK: 0,
  minP: index % 2 === 0 ? 0 : 0.02,
  repetitionPenalty: 1 + (index % 4) / 10,
  presencePenalty: (index % 5) / 10,
  frequencyPenalty: (index % 3) / 10,
  logitBias: index % 2 === 0 ? {} : { 5: 1 },
  stop: [],
  seed: index,
  logprobs: { generated: true, prompt: index % 4 === 0, top: index % 3 },
  isAborted: () => false,
  onStart: () => undefined,
  onToken: () => undefined,
  onText: () => undefined,
});

function run(limits?: BatchLimits) {
  const batcher = new Batcher(decoder, tokenizer, [0], limits);
  return Promise.all(jobs.map((each) => batcher.generate(each)));
}

test('answers alike, to the last bit, whatever its limits', async () => {
  const alone = await run({ rows: 1, cacheBytes: 2 ** 30, prefixes });
  expect(alone.some(({ tokens }) => tokens.length > 1)).toBe(true);
  expect(await run()).toEqual(alone);
  expect(await run({ rows: 3, cacheBytes: 2 ** 30, prefixes })).toEqual(alone);
  expect(await run({ rows: 16, cacheBytes: 1, prefixes })).toEqual(alone);
});

test('answers alike, to the last bit, with and without the beginnings of prompts read before', async () => {
  const instructions = 'Answer in one word, and do not explain why. ';
  const asked = ['a', 'b', 'ab', 'abc', 'a', ''].map((question) => ({
    ...job(22),
    promptTokens: tokenizer.encode(instructions + question),
  }));
  const answers = async (limits?: BatchLimits) => {
    const batcher = new Batcher(decoder, tokenizer, [0], limits);
    const results = [];
    for (const each of asked) results.push(await batcher.generate(each));
    return results;
  };
  const cold = await answers({ rows: 16, cacheBytes: 2 ** 30, prefixes });
  expect(new Set(cold.map(({ text }) => text)).size).toBeGreaterThan(2);
  expect(await answers()).toEqual(cold);
});

test('scores texts between the steps of others without changing them', async () => {
  const expected = await run();
  const batcher = new Batcher(decoder, tokenizer, [0]);
  const scores = [];
  const answers = [];
  for (const each of jobs) {
    answers.push(batcher.generate(each));
    scores.push(
      batcher.score({
        promptTokens: tokenizer.encode('a'),
        completionTokens: tokenizer.encode('bcd'),
        isAborted: () => false,
      }),
    );
  }
  expect(await Promise.all(answers)).toEqual(expected);
  const all = await Promise.all(scores);
  expect(new Set(all.map((score) => JSON.stringify(score))).size).toBe(1);
  expect(all[0]!.logprobs).toHaveLength(3);
});

test('never starts a request that was given up while it waited', async () => {
  const batcher = new Batcher(decoder, tokenizer, [0], { rows: 1, cacheBytes: 1, prefixes });
  const first = batcher.generate(jobs[1]!);
  let tokens = 0;
  const given = batcher.generate({ ...jobs[2]!, isAborted: () => true, onToken: () => tokens++ });
  await expect(given).rejects.toMatchObject({ code: 'E_ABORTED' });
  await first;
  await batcher.idle();
  expect(tokens).toBe(0);
});

test('a logit that is not a number is an error, whichever token it is of, and leaves no trace in the next answer', async () => {
  for (const token of [0, 3, decoder.spec.vocabSize - 1]) {
    let isDamaged = true;
    const damaged: StepDecoder = {
      spec: decoder.spec,
      resumes: decoder.resumes,
      newCache: () => decoder.newCache(),
      prefill: (cache, row, tokens, logitsFrom, onLogits, held) =>
        decoder.prefill(
          cache as KvCache,
          row,
          tokens,
          logitsFrom,
          (logits, position) => {
            if (isDamaged) logits[token] = Number.NaN;
            onLogits(logits, position);
          },
          held,
        ),
      decode: (cache, tokens) => decoder.decode(cache as KvCache, tokens),
      release: () => decoder.release(),
    };
    const batcher = new Batcher(damaged, tokenizer, [0]);
    const scored = { promptTokens: [1, 2], completionTokens: [3, 4], isAborted: () => false };
    await expect(batcher.generate(jobs[0]!)).rejects.toThrow('the model computed NaN');
    await expect(batcher.score(scored)).rejects.toThrow('the model computed NaN');
    isDamaged = false;
    const whole = new Batcher(decoder, tokenizer, [0]);
    expect(await batcher.generate(jobs[1]!)).toEqual(await whole.generate(jobs[1]!));
    expect(await batcher.score(scored)).toEqual(await whole.score(scored));
  }
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readCheckpoint } from '../../../../engine/checkpoint/read-checkpoint.ts';
import type { Constraint } from '../../../../engine/grammar/constraint.ts';
import { Batcher } from '../../../../engine/inference/batcher.ts';
import type { GenerateJob } from '../../../../engine/inference/sequence.ts';
import { ConstrainedText, ConstraintCompiler } from '../../../../engine/inference/constrained-text.ts';
import { Decoder } from '../../../../engine/inference/decoder.ts';
import { loadModel } from '../../../../engine/inference/engine-model.ts';
import { prepareGraph } from '../../../../engine/inference/graph-cache.ts';
import { seededRandom } from '../../../../engine/inference/random.ts';
import { sampleToken } from '../../../../engine/inference/sampler.ts';
import { createTokenizer, type Tokenizer } from '../../../../engine/tokenizer/tokenizer.ts';

const fixtures = join(import.meta.dirname, '../../../../fixtures');
const END = 0;

const jsonSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 4 },
    age: { type: 'integer', minimum: 0, maximum: 130 },
    tags: { type: 'array', items: { enum: ['a', 'é', 'long tag'] }, maxItems: 2 },
    parent: { anyOf: [{ $ref: '#' }, { type: 'null' }] },
  },
  required: ['name', 'age', 'parent'],
  additionalProperties: false,
};
const isValid = new Ajv2020({ strict: false }).compile(jsonSchema);

let decoder: Decoder;
let tokenizer: Tokenizer;
let compiler: ConstraintCompiler;

// A random model whose tokens are the bytes.
test.beforeAll(async () => {
  const checkpoint = await readCheckpoint(join(fixtures, 'golden/engine/tiny-untied'));
  tokenizer = createTokenizer(checkpoint.tokenizer);
  compiler = new ConstraintCompiler(checkpoint.tokenizer, tokenizer, [END]);
  decoder = await Decoder.open(checkpoint.spec, await prepareGraph(checkpoint), 0);
  await checkpoint.weights.close();
});

test.afterAll(async () => {
  await decoder.release();
});

function job(seed: number, constraint: Constraint | null): GenerateJob {
  return {
    promptTokens: tokenizer.encode('word '.repeat(1 + (seed % 5))),
    maxTokens: 72,
    temperature: [0, 1, 1.5, 2][seed % 4]!,
    topP: seed % 3 === 0 ? 0.9 : 1,
    topK: seed % 5 === 0 ? 20 : 0,
    minP: 0,
    repetitionPenalty: 1,
    presencePenalty: 0,
    frequencyPenalty: 0,
    logitBias: {},
    stop: [],
    seed,
    logprobs: { generated: false, prompt: false, top: 0 },
    ...(constraint && { constraint: compiler.masksOf(constraint) }),
    isAborted: () => false,
    onStart: () => undefined,
    onToken: () => undefined,
    onText: () => undefined,
  };
}

test('whatever the model draws, a text that ended is valid, and one that did not is its beginning', () => {
  const random = seededRandom(11);
  const vocabulary = decoder.spec.vocabSize;
  const masks = compiler.masksOf({ jsonSchema });
  const ended = { stop: 0, length: 0 };
  const wrong: string[] = [];
  for (let round = 0; round < 1000; round++) {
    const text = new ConstrainedText(masks, new Set([END]));
    const tokens: number[] = [];
    let reason: 'stop' | 'length' = 'length';
    while (tokens.length < 70 && reason === 'length') {
      const logits = Float32Array.from({ length: vocabulary }, () => 12 * random() - 6);
      // Some models have tokens that they hold to be impossible, or damaged.
      if (round % 10 === 0) logits.fill(-Infinity, 40);
      if (round % 10 === 1) logits.fill(Number.NaN, 40);
      const options = { temperature: 1.5 + (round % 2) / 2, topP: 1, topK: 0, minP: 0 };
      const token = sampleToken(text.apply(logits), options, random);
      if (token === END) {
        reason = 'stop';
        break;
      }
      text.accept(token);
      tokens.push(token);
      if (text.isComplete) reason = 'stop';
    }
    ended[reason]++;
    const written = tokenizer.decode(tokens);
    if (reason === 'stop' && (!isValid(JSON.parse(written)) || written.includes('\uFFFD')))
      wrong.push(written);
  }
  expect(wrong).toEqual([]);
  expect(ended.stop).toBeGreaterThan(400);
  expect(ended.length).toBeGreaterThan(10);
});

test('a batch leaves the unconstrained as they were, and the constrained as they are alone', async () => {
  const constraints = [{ jsonSchema }, { regex: '[a-f]{3}(-é+)*' }, { jsonObject: true }] as const;
  const jobs = Array.from({ length: 24 }, (_, seed) =>
    job(seed, seed % 2 === 0 ? null : constraints[seed % 3]!),
  );
  const together = new Batcher(decoder, tokenizer, [END]);
  const answers = await Promise.all(jobs.map((each) => together.generate(each)));
  const alone = new Batcher(decoder, tokenizer, [END]);
  const expected = [];
  for (const each of jobs) expected.push(await alone.generate(each));
  expect(answers).toEqual(expected);
  const faults = answers.filter(({ text, tokens, finishReason }, seed) => {
    if (seed % 2 === 0) return tokens.length === 0;
    if (finishReason === 'length') return tokens.length !== 72;
    if (seed % 3 === 1) return !/^[a-f]{3}(-é+)*$/u.test(text);
    return seed % 3 === 0 ? !isValid(JSON.parse(text)) : typeof JSON.parse(text) !== 'object';
  });
  expect(faults).toEqual([]);
  expect(answers.filter(({ finishReason }, seed) => seed % 2 === 1 && finishReason === 'stop')).not.toEqual(
    [],
  );
});

test('a text that can only be one thing is that thing, ends without an end token, and is cut at the limit', async () => {
  const batcher = new Batcher(decoder, tokenizer, []);
  const fixed = { jsonSchema: { const: { é: '\u0001😀' } } };
  const whole = await batcher.generate({ ...job(2, fixed) });
  expect(whole).toMatchObject({ text: '{"é":"\\u0001😀"}', finishReason: 'stop' });
  const bytes = Buffer.byteLength(whole.text);
  expect(await batcher.generate({ ...job(2, fixed), maxTokens: bytes })).toMatchObject({
    finishReason: 'stop',
  });
  expect(await batcher.generate({ ...job(2, fixed), maxTokens: bytes - 1 })).toMatchObject({
    text: whole.text.slice(0, -1),
    finishReason: 'length',
  });
});

test('a model that lacks the tokens, or whose tokens have no bytes, is told so', async () => {
  const tokenizerJson = JSON.parse(
    readFileSync(join(fixtures, 'golden/engine/tiny-untied/tokenizer.json'), 'utf8'),
  ) as Record<string, unknown>;
  const noQuote = new ConstraintCompiler(
    { tokenizerJson, tokenizerConfig: {} },
    tokenizer,
    tokenizer.encode('"', false),
  );
  const text = new ConstrainedText(noQuote.masksOf({ jsonSchema: { type: 'string' } }), new Set());
  expect(() => text.apply(new Float32Array(258))).toThrow('no token with which the text could go on');
  const words = { tokenizerJson: { decoder: { type: 'WordPiece' } }, tokenizerConfig: {} };
  expect(() => new ConstraintCompiler(words, tokenizer, []).masksOf({ jsonObject: true })).toThrow(
    'its tokenizer',
  );
});

test('a loaded model follows a constraint, and refuses one that it cannot', async () => {
  const model = await loadModel(join(fixtures, 'models/tiny-chat'));
  try {
    expect(model.info.constrains).toBe(true);
    const asked = { prompt: 'Who are you?', maxTokens: 90, temperature: 1.5, seed: 4 };
    const regex = '[A-Z][a-z]{2,9}( [a-z]{1,9}){2,5}[.!]';
    const pieces: string[] = [];
    const { text, finishReason, logprobs } = await model.generate({
      ...asked,
      constraint: { regex },
      logprobs: true,
      onText: (piece) => pieces.push(piece),
    });
    expect([finishReason, new RegExp(`^${regex}$`).test(text), pieces.join('')]).toEqual([
      'stop',
      true,
      text,
    ]);
    // Of the model itself, not of what the constraint left.
    expect(Math.min(...logprobs!.map(({ logprob }) => logprob))).toBeLessThan(-3);
    const refusals: readonly (readonly [object, string])[] = [
      [{ constraint: { jsonSchema: { not: {} } } }, '"not" is not supported'],
      [{ constraint: { regex, jsonObject: true } }, 'exactly one of'],
      [{ constraint: {} }, 'exactly one of'],
      [{ constraint: 'json' }, 'it is no object'],
      [{ constraint: { regex }, stop: ['.'] }, 'stop does not go with a constraint'],
    ];
    for (const [fields, told] of refusals) {
      await expect(model.generate({ ...asked, ...fields })).rejects.toMatchObject({
        code: 'E_REQUEST_INVALID',
        message: expect.stringContaining(told),
      });
    }
  } finally {
    await model.close();
  }
});

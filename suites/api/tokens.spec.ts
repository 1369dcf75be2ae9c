/** What needs a model with tokens of its own: token ids in and out, echo, the routes about tokens. */
import { expect, test } from '@playwright/test';
import { loadModel, type Model } from '../../engine/index.ts';
import { tinyChat } from '../helpers/damaged-models.ts';
import { startTestServer, type TestServer } from './test-server.ts';

interface Choice {
  readonly text: string;
  readonly token_ids: readonly number[];
  readonly finish_reason: string;
  readonly logprobs: {
    readonly tokens: readonly string[];
    readonly token_logprobs: readonly (number | null)[];
    readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
    readonly text_offset: readonly number[];
  };
}

const QUESTION = 'What is the capital of France?';
let model: Model;
let server: TestServer;
test.beforeAll(async () => {
  model = await loadModel(tinyChat, { name: 'tiny-chat' });
  server = await startTestServer({}, model);
});
test.afterAll(async () => {
  await server.close();
  await model.close();
});

const tokenize = async (body: object): Promise<number[]> =>
  (await server.post('/tokenize', body)).json['tokens'] as number[];
const complete = async (body: object): Promise<Choice[]> => {
  const { status, json, text } = await server.post('/v1/completions', { model: 'tiny-chat', ...body });
  expect(status, text.slice(0, 200)).toBe(200);
  return json['choices'] as Choice[];
};

test('/tokenize and /detokenize are each other’s inverse, texts of tokens included', async () => {
  for (const prompt of [QUESTION, ' two  spaces', 'naïve café 🙂 日本', 'a']) {
    const { json } = await server.post('/tokenize', {
      prompt,
      return_token_strs: true,
      add_special_tokens: false,
    });
    const tokens = json['tokens'] as number[];
    expect(json).toMatchObject({ count: tokens.length, max_model_len: model.info.contextLength });
    expect((json['token_strs'] as string[]).length).toBe(tokens.length);
    if (/^[\x20-\x7e]+$/.test(prompt)) expect((json['token_strs'] as string[]).join('')).toBe(prompt);
    expect((await server.post('/detokenize', { tokens })).json).toEqual({ prompt });
  }
});

test('/tokenize renders a chat as the model reads it', async () => {
  const tokens = await tokenize({ messages: [{ role: 'user', content: QUESTION }] });
  const { json } = await server.post('/v1/chat/completions', {
    model: 'tiny-chat',
    messages: [{ role: 'user', content: QUESTION }],
    max_tokens: 1,
  });
  expect(json).toMatchObject({ usage: { prompt_tokens: tokens.length } });
});

test('/tokenizer_info tells special tokens and chat template', async () => {
  const { status, json } = await server.get('/tokenizer_info');
  expect(status).toBe(200);
  expect(typeof json['eos_token']).toBe('string');
  expect(json['chat_template']).toContain('messages');
});

test('token ids are continued as the text that they stand for', async () => {
  const tokens = await tokenize({ messages: [{ role: 'user', content: QUESTION }] });
  const [choice] = await complete({ prompt: tokens, max_tokens: 20, temperature: 0 });
  const { json } = await server.post('/v1/chat/completions', {
    model: 'tiny-chat',
    messages: [{ role: 'user', content: QUESTION }],
    max_tokens: 20,
    temperature: 0,
  });
  expect(choice!.text).toBe((json['choices'] as { message: { content: string } }[])[0]!.message.content);
  const foreign = await server.post('/v1/completions', { model: 'tiny-chat', prompt: [1e6] });
  expect([foreign.status, foreign.json]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
});

test('an echo scores the prompt as lm-eval reads it: the same log-likelihood as asking for it', async () => {
  const context = await tokenize({ messages: [{ role: 'user', content: QUESTION }] });
  for (const completion of ['The capital of France is Paris.', 'It is made of green cheese.']) {
    const rest = await tokenize({ prompt: completion, add_special_tokens: false });
    const [{ logprobs }] = (await complete({
      prompt: [[...context, ...rest]],
      max_tokens: 1,
      temperature: 0,
      logprobs: 1,
      echo: true,
      seed: 1234,
    })) as [Choice];
    // As lm-eval does it: from the end of the context to the last but one.
    const scored = logprobs.token_logprobs.slice(context.length, -1) as number[];
    expect(scored).toHaveLength(rest.length);
    const greedy = scored.every(
      (logprob, i) => logprob === Math.max(...Object.values(logprobs.top_logprobs[context.length + i]!)),
    );
    const direct = await model.logLikelihood({ tokens: context, completion });
    expect(scored.reduce((sum, logprob) => sum + logprob, 0)).toBeCloseTo(direct.logLikelihood, 4);
    expect(greedy).toBe(direct.greedy);
    expect(logprobs.token_logprobs[0]).toBeNull();
  }
});

test('an echo gives an entry for every token, with offsets into the text', async () => {
  const [choice] = await complete({
    prompt: 'Hello there',
    max_tokens: 3,
    temperature: 0,
    logprobs: 0,
    echo: true,
  });
  const { tokens, text_offset: offsets } = choice!.logprobs;
  expect(choice!.text.startsWith('Hello there')).toBe(true);
  tokens.forEach((token, i) => expect(choice!.text.slice(offsets[i]).startsWith(token), token).toBe(true));
});

test('streamed log-probabilities are those of the whole answer', async () => {
  const body = {
    model: 'tiny-chat',
    messages: [{ role: 'user', content: QUESTION }],
    temperature: 0,
    logprobs: true,
    top_logprobs: 3,
  };
  const whole = await server.post('/v1/chat/completions', body);
  const streamed = await server.post('/v1/chat/completions', { ...body, stream: true });
  const pieces = streamed.text
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map(
      (event) =>
        JSON.parse(event.slice('data: '.length)) as {
          choices: { logprobs: { content: unknown[] } | null }[];
        },
    )
    .flatMap(({ choices }) => choices[0]?.logprobs?.content ?? []);
  const [{ logprobs }] = whole.json['choices'] as [{ logprobs: { content: { top_logprobs: unknown[] }[] } }];
  expect(pieces).toEqual(logprobs.content);
  expect(logprobs.content[0]!.top_logprobs).toHaveLength(3);
});

test('biases and penalties reach the model', async () => {
  const prompt = await tokenize({ messages: [{ role: 'user', content: QUESTION }] });
  const ask = { prompt, max_tokens: 6, temperature: 0, return_token_ids: true };
  const idsOf = async (body: object) => (await complete({ ...ask, ...body }))[0]!.token_ids;
  const [first] = await idsOf({});
  expect(await idsOf({ logit_bias: { [String(first)]: -100 } })).not.toContain(first);
  const forced = await idsOf({ logit_bias: { [String(first)]: 100 } });
  expect(forced).toEqual(Array.from({ length: 6 }, () => first));
  const nudge = { logit_bias: { [String(first)]: 15 } };
  const times = (ids: readonly number[]) => ids.filter((id) => id === first).length;
  expect(times(await idsOf({ ...nudge, frequency_penalty: 2 }))).toBeLessThan(times(await idsOf(nudge)));
});

test('/metrics tells queue time and the gaps between tokens', async () => {
  const own = await startTestServer({}, model);
  await own.post('/v1/completions', { model: 'tiny-chat', prompt: 'The', max_tokens: 5, seed: 1 });
  const { text } = await own.get('/metrics');
  const count = (name: string): number =>
    Number(new RegExp(`^harness_${name}_count\\{model_name="tiny-chat"\\} (\\d+)$`, 'm').exec(text)?.[1]);
  expect(count('request_queue_time_seconds')).toBe(1);
  expect(count('time_to_first_token_seconds')).toBe(1);
  expect(count('inter_token_latency_seconds')).toBe(4);
  await own.close();
});

test('several answers differ by their draws and repeat with the seed', async () => {
  const ask = async () =>
    (await complete({ prompt: 'The', n: 6, max_tokens: 12, temperature: 1.5, seed: 11 })).map(
      ({ text }) => text,
    );
  const first = await ask();
  expect(new Set(first).size).toBeGreaterThan(1);
  expect(await ask()).toEqual(first);
});

import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { loadScriptedModel } from '../../engine/index.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
test.beforeAll(async () => {
  server = await startTestServer();
});
test.afterAll(() => server.close());

const chat = { model: 'quoting', messages: [{ role: 'user', content: 'Hello' }] };
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };

test('GET /v1/models lists the model, says that it is ours, and keeps its path to itself', async () => {
  const { json } = await server.get('/v1/models');
  const [entry] = json['data'] as readonly Record<string, unknown>[];
  expect(json['object']).toBe('list');
  expect(entry).toMatchObject({ id: 'quoting', object: 'model', owned_by: 'modelgate' });
  expect(entry!['modelgate']).toMatchObject({ name: 'quoting', scoresText: true, contextLength: 1024 });
  expect(entry!['modelgate']).not.toHaveProperty('reference');
  expect((await server.get('/v1/models/quoting')).json).toEqual(entry);
  expect((await server.get('/v1/models/owner/other')).status).toBe(404);
});

test('POST /v1/chat/completions answers a chat', async () => {
  const { status, json } = await server.post('/v1/chat/completions', chat);
  expect(status).toBe(200);
  expect(json).toEqual({
    id: expect.stringMatching(/^chatcmpl-/),
    object: 'chat.completion',
    created: expect.any(Number),
    model: 'quoting',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'You said: Hello', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage,
  });
});

test('POST /v1/completions continues a prompt, by 16 tokens where none are asked for', async () => {
  const { json } = await server.post('/v1/completions', { model: 'quoting', prompt: 'Hello', max_tokens: 1 });
  expect(json).toMatchObject({
    object: 'text_completion',
    choices: [{ index: 0, text: 'You said: ', logprobs: null, finish_reason: 'length' }],
  });
});

test('a chat may say max_completion_tokens, send text in parts, and give OpenAI fields at their neutral values', async () => {
  const { status, json } = await server.post('/v1/chat/completions', {
    model: 'quoting',
    messages: [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hel' },
          { type: 'text', text: 'lo' },
        ],
      },
    ],
    max_completion_tokens: 9,
    n: 1,
    frequency_penalty: 0,
    presence_penalty: 0,
    logit_bias: {},
    stop: null,
    user: 'someone',
    response_format: { type: 'text' },
    tools: [],
  });
  expect(status).toBe(200);
  expect(json).toMatchObject({ choices: [{ message: { content: 'You said: Hello' } }] });
});

test("what is not supported is refused, in OpenAI's shape and with the field named", async () => {
  const cases: readonly (readonly [string, object, string])[] = [
    ['/v1/chat/completions', { ...chat, n: 0 }, 'n'],
    ['/v1/chat/completions', { ...chat, n: 65 }, 'n'],
    ['/v1/chat/completions', { ...chat, n: 2, seed: Number.MAX_SAFE_INTEGER }, 'seed'],
    ['/v1/chat/completions', { ...chat, tools: [{ type: 'function' }] }, 'tools'],
    ['/v1/chat/completions', { ...chat, response_format: { type: 'json_object' } }, 'response_format.type'],
    ['/v1/chat/completions', { ...chat, frequency_penalty: 2.5 }, 'frequency_penalty'],
    ['/v1/chat/completions', { ...chat, logit_bias: { 5: 101 } }, 'logit_bias.5'],
    ['/v1/chat/completions', { ...chat, logit_bias: { word: 1 } }, 'logit_bias.word'],
    ['/v1/chat/completions', { ...chat, top_logprobs: 3 }, 'top_logprobs'],
    ['/v1/chat/completions', { ...chat, logprobs: true, top_logprobs: 21 }, 'top_logprobs'],
    ['/v1/chat/completions', { ...chat, temperature: 3 }, 'temperature'],
    ['/v1/chat/completions', { ...chat, functions: [] }, 'functions'],
    ['/v1/chat/completions', { model: 'quoting', messages: [] }, 'messages'],
    ['/v1/chat/completions', { model: 'quoting' }, 'messages'],
    ['/v1/chat/completions', { messages: chat.messages }, 'model'],
    ['/v1/completions', { model: 'quoting', prompt: ['a', 2] }, 'prompt'],
    ['/v1/completions', { model: 'quoting', prompt: [] }, 'prompt'],
    ['/v1/completions', { model: 'quoting', prompt: 'a', echo: true, stream: true }, 'echo'],
    ['/v1/completions', { model: 'quoting', prompt: 'a', logprobs: 21 }, 'logprobs'],
  ];
  for (const [path, body, param] of cases) {
    const { status, json } = await server.post(path, body);
    const told = JSON.stringify(body);
    expect(status, told).toBe(400);
    expect(json, told).toMatchObject({ error: { type: 'invalid_request_error', param } });
  }
  const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] };
  expect((await server.post('/v1/chat/completions', { ...chat, messages: [image] })).status).toBe(400);
  const other = await server.post('/v1/chat/completions', { ...chat, model: 'gpt-4' });
  expect([other.status, other.json]).toMatchObject([404, { error: { code: 'model_not_found' } }]);
});

test('log-probabilities come by text or by token id, with the likeliest tokens on request', async () => {
  const wanted = { logprobs: true, top_logprobs: 2 };
  const token = (text: string, logprob: number) => ({ token: text, logprob, bytes: [...Buffer.from(text)] });
  const { json } = await server.post('/v1/chat/completions', { ...chat, ...wanted });
  expect(json).toMatchObject({
    choices: [
      {
        logprobs: {
          content: [
            {
              ...token('You said: ', 0),
              top_logprobs: [token('You said: ', 0), token('You said: 1', -1)],
            },
            { ...token('Hello', -0.25), top_logprobs: [token('Hello', -0.25), token('Hello1', -1.25)] },
          ],
        },
      },
    ],
  });
  const byId = await server.post('/v1/chat/completions', {
    ...chat,
    ...wanted,
    return_tokens_as_token_ids: true,
    return_token_ids: true,
  });
  expect(byId.json).toMatchObject({
    choices: [
      { token_ids: [0, 1], logprobs: { content: [{ token: 'token_id:0' }, { token: 'token_id:1' }] } },
    ],
  });
  const text = await server.post('/v1/completions', { model: 'quoting', prompt: 'a', logprobs: 1 });
  expect(text.json).toMatchObject({
    choices: [
      {
        logprobs: {
          tokens: ['You said: ', 'a'],
          token_logprobs: [0, -0.25],
          top_logprobs: [{ 'You said: ': 0 }, { a: -0.25 }],
          text_offset: [0, 10],
        },
      },
    ],
  });
});

test('several prompts and several answers each come in order of their index', async () => {
  const body = { model: 'quoting', prompt: ['a', 'b'], n: 2, echo: true };
  const { status, json } = await server.post('/v1/completions', body);
  expect(status).toBe(200);
  expect(json).toMatchObject({
    choices: ['a', 'a', 'b', 'b'].map((prompt, index) => ({ index, text: `${prompt}You said: ${prompt}` })),
    // A prompt counts once, however often it is answered; so OpenAI has it.
    usage: { prompt_tokens: 2, completion_tokens: 8, total_tokens: 10 },
  });
  const streamed = await server.post('/v1/completions', { ...body, echo: false, stream: true });
  const texts = ['', '', '', ''];
  for (const { choices } of chunksOf(streamed.text)) texts[choices[0]!.index]! += choices[0]!.text;
  expect(texts).toEqual(['You said: a', 'You said: a', 'You said: b', 'You said: b']);
});

test('where one of several answers fails, none is given', async () => {
  const { status, json } = await server.post('/v1/completions', { model: 'quoting', prompt: ['a', 'boom'] });
  expect([status, json]).toMatchObject([500, { error: { type: 'server_error' } }]);
  expect((await server.get('/stats')).json).toMatchObject({ active_requests: 0 });
});

interface Chunk {
  readonly object: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta?: { readonly role?: string; readonly content?: string };
    readonly text?: string;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: object | null;
}

function chunksOf(text: string): Chunk[] {
  const events = text.split('\n\n').filter((event) => event !== '');
  expect(events.pop()).toBe('data: [DONE]');
  return events.map((event) => JSON.parse(event.replace(/^data: /, '')) as Chunk);
}

test('a chat is streamed as server-sent events, with usage on request', async () => {
  const answer = await server.post('/v1/chat/completions', {
    ...chat,
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect(answer.headers['access-control-allow-origin']).toBe('*');
  const chunks = chunksOf(answer.text);
  expect(new Set(chunks.map(({ object }) => object))).toEqual(new Set(['chat.completion.chunk']));
  expect(chunks[0]!.choices[0]!.delta).toEqual({ role: 'assistant', content: '' });
  expect(chunks.map(({ choices }) => choices[0]?.delta?.content ?? '').join('')).toBe('You said: Hello');
  expect(chunks.at(-2)!.choices[0]!.finish_reason).toBe('stop');
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage });
});

test('a completion is streamed as server-sent events', async () => {
  const { text } = await server.post('/v1/completions', { model: 'quoting', prompt: 'Hello', stream: true });
  const chunks = chunksOf(text);
  expect(chunks.map(({ choices }) => choices[0]!.text).join('')).toBe('You said: Hello');
  expect(chunks.at(-1)!.choices[0]!.finish_reason).toBe('stop');
  expect(chunks.every((chunk) => chunk.usage === undefined)).toBe(true);
});

test('a stream that fails before its first event is an ordinary error', async () => {
  const messages = [{ role: 'user', content: 'boom' }];
  const { status, json } = await server.post('/v1/chat/completions', { ...chat, messages, stream: true });
  expect(status).toBe(500);
  expect(json).toMatchObject({ error: { type: 'server_error' } });
});

test('POST /v1/loglikelihood scores a given answer', async () => {
  for (const input of [
    { prompt: 'a' },
    { prompt: 'a', raw: true },
    { messages: [{ role: 'user', content: 'a' }] },
  ]) {
    const { status, json } = await server.post('/v1/loglikelihood', { ...input, completion: 'two words' });
    expect(status).toBe(200);
    expect(json).toEqual({ log_likelihood: -1, logprobs: [-0.5, -0.5], greedy: false });
  }
  for (const invalid of [
    { completion: 'x' },
    { prompt: 'a', completion: '' },
    { prompt: 'a', messages: [{ role: 'user', content: 'a' }], completion: 'x' },
  ]) {
    expect((await server.post('/v1/loglikelihood', invalid)).status, JSON.stringify(invalid)).toBe(400);
  }
});

test('a model that knows no probabilities is not asked for them: every route refuses', async () => {
  const path = test.info().outputPath('script.json');
  await writeFile(path, JSON.stringify({ default: 'two words' }));
  const scripted = await startTestServer({}, await loadScriptedModel(path));
  const asked = { model: 'script', stream: false };
  const messages = [{ role: 'user', content: 'a' }];
  const cases: [string, object][] = [
    ['/v1/chat/completions', { ...asked, messages, logprobs: true }],
    ['/v1/chat/completions', { ...asked, messages, logprobs: true, stream: true }],
    ['/v1/completions', { ...asked, prompt: 'a', logprobs: 0 }],
    ['/v1/completions', { ...asked, prompt: 'a', logprobs: 1, echo: true }],
    ['/v1/completions', { ...asked, prompt: [1, 2] }],
  ];
  for (const [route, body] of cases) {
    const { status, json } = await scripted.post(route, body);
    expect([route, status, json['error']], JSON.stringify(body)).toMatchObject([
      route,
      400,
      { type: 'invalid_request_error' },
    ]);
  }
  await scripted.close();
});

import { expect, test } from '@playwright/test';
import { LoadClient, type LoadTarget } from '../../../../harness/load/exchange.ts';
import { foreignEndpoint, HANG_UP, SILENCE, type Reply } from '../models/foreign-endpoint.ts';

const ask = { input: { prompt: 'Hello' }, maxTokens: 8, temperature: 0, seed: 7 };
const key = 'sk-secret-of-the-user';

async function asked(reply: Reply, target: Partial<LoadTarget> = {}) {
  const endpoint = await foreignEndpoint([reply]);
  const client = new LoadClient({
    baseUrl: endpoint.baseUrl.replace(/\/v1$/, ''),
    model: 'm',
    route: 'chat',
    stream: false,
    timeoutMs: 20_000,
    key,
    ...target,
  });
  try {
    return { exchange: await client.send(ask), received: endpoint.received };
  } finally {
    await client.close();
    await endpoint.close();
  }
}

const usage = { prompt_tokens: 3, completion_tokens: 2 };
const chat = { choices: [{ message: { content: 'Hi you' }, finish_reason: 'stop' }], usage };
const events = (...bodies: readonly (object | string)[]): Reply => ({
  body: bodies.map((body) => `data: ${typeof body === 'string' ? body : JSON.stringify(body)}\n\n`).join(''),
});
const delta = (content: string, finish: string | null = null) => ({
  choices: [{ delta: { content }, finish_reason: finish }],
});

test('asks each route for what it takes, with the key in its header alone', async () => {
  const cases = [
    {
      route: 'chat',
      path: '/v1/chat/completions',
      body: { model: 'm', messages: [{ role: 'user', content: 'Hello' }] },
    },
    { route: 'completions', path: '/v1/completions', body: { model: 'm', prompt: 'Hello' } },
    { route: 'generate', path: '/generate', body: { prompt: 'Hello' } },
  ] as const;
  for (const { route, path, body } of cases) {
    const { received } = await asked({ body: chat }, { route });
    expect(received[0]!.path).toBe(path);
    expect(received[0]!.body).toEqual({ ...body, max_tokens: 8, temperature: 0, seed: 7 });
    expect(received[0]!.headers['authorization']).toBe(`Bearer ${key}`);
  }
});

test('reads a whole answer: tokens as the server counts them, no time to first token', async () => {
  const { exchange } = await asked({ body: chat });
  expect(exchange).toMatchObject({
    status: 200,
    failure: null,
    promptTokens: 3,
    completionTokens: 2,
    tokensToldByServer: true,
    firstTokenAt: null,
    itlMs: [],
  });
  expect(exchange.endAt).toBeGreaterThan(exchange.sentAt);
});

test('reads a stream: first text, gaps between pieces, usage from its last event', async () => {
  const reply = events(
    delta(''),
    delta('Hi'),
    delta(' you'),
    delta('', 'stop'),
    { choices: [], usage },
    '[DONE]',
  );
  const { exchange } = await asked(reply, { stream: true });
  expect(exchange).toMatchObject({ failure: null, completionTokens: 2, tokensToldByServer: true });
  expect(exchange.itlMs).toHaveLength(1);
  expect(exchange.firstTokenAt).toBeGreaterThan(exchange.sentAt);
});

test('counts pieces where a stream tells no usage, and says so; a finish reason ends it as well as [DONE]', async () => {
  const { exchange } = await asked(events(delta('Hi'), delta(' you', 'length')), { stream: true });
  expect(exchange).toMatchObject({ failure: null, completionTokens: 2, tokensToldByServer: false });
});

test('tells every kind of failure apart, sends once, and never repeats the key', async () => {
  const cases: readonly [string, Reply, Partial<LoadTarget>][] = [
    ['rateLimited', { status: 429, body: { error: 'slow down' } }, {}],
    ['refused', { status: 401, body: `bad key ${key}` }, {}],
    ['serverError', { status: 503, body: '' }, {}],
    ['connection', HANG_UP, {}],
    ['timeout', SILENCE, { timeoutMs: 200 }],
    ['badAnswer', { body: 'no JSON' }, {}],
    ['badAnswer', { body: { choices: [] } }, {}],
    ['badAnswer', events(delta('Hi')), { stream: true }],
    ['badAnswer', events(delta('Hi'), { error: { message: 'broke' } }, '[DONE]'), { stream: true }],
  ];
  for (const [kind, reply, target] of cases) {
    const { exchange, received } = await asked(reply, target);
    expect(exchange.failure?.class, JSON.stringify(reply)).toBe(kind);
    expect(received.length, kind).toBe(1);
    expect(JSON.stringify(exchange)).not.toContain(key);
  }
});

test('nobody listening is a failure of its connection', async () => {
  const { exchange } = await asked({ body: chat }, { baseUrl: 'http://127.0.0.1:9' });
  expect(exchange.failure).toEqual({ class: 'connection', detail: 'ECONNREFUSED' });
});

test('a key that no header can carry is refused before anything is sent', () => {
  const target = {
    baseUrl: 'http://127.0.0.1:9',
    model: 'm',
    route: 'chat',
    stream: false,
    timeoutMs: 1,
  } as const;
  for (const bad of ['', 'a b', 'ключ']) {
    expect(() => new LoadClient({ ...target, key: bad })).toThrow(/HARNESS_API_KEY/);
  }
});

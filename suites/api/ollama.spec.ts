import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { loadModel } from '../../engine/index.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
test.beforeAll(async () => {
  server = await startTestServer(
    {},
    await loadModel(join(import.meta.dirname, '../../fixtures/models/tiny-chat')),
  );
});
test.afterAll(() => server.close());

const question = 'What is the capital of France?';
const chat = {
  model: 'tiny-chat',
  messages: [{ role: 'user', content: question }],
  options: { temperature: 0, num_predict: 40 },
};

interface Event {
  readonly message?: { readonly role: string; readonly content: string };
  readonly response?: string;
  readonly done: boolean;
  readonly done_reason?: string;
  readonly eval_count?: number;
}

const eventsOf = (text: string): Event[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);

test('a chat streams one JSON object a line unless told otherwise, and both say the same as /v1', async () => {
  const whole = await server.post('/api/chat', { ...chat, stream: false });
  expect(whole.status, whole.text).toBe(200);
  const { message } = whole.json as unknown as Event;
  const streamed = await server.post('/api/chat', { ...chat, model: 'tiny-chat:latest' });
  expect(streamed.headers['content-type']).toBe('application/x-ndjson');
  const events = eventsOf(streamed.text);
  expect(events.map((event) => event.message!.content).join('')).toBe(message!.content);
  expect(events.map(({ done }) => done)).toEqual(events.map((_, index) => index === events.length - 1));
  const { messages, model } = chat;
  const openai = await server.post('/v1/chat/completions', {
    messages,
    model,
    temperature: 0,
    max_tokens: 40,
  });
  const [choice] = openai.json['choices'] as readonly {
    message: { content: string };
    finish_reason: string;
  }[];
  const usage = openai.json['usage'] as { completion_tokens: number; prompt_tokens: number };
  expect(message).toEqual({ role: 'assistant', content: choice!.message.content });
  expect(whole.json).toMatchObject({
    done: true,
    done_reason: choice!.finish_reason,
    eval_count: usage.completion_tokens,
    prompt_eval_count: usage.prompt_tokens,
  });
  expect(Number(whole.json['total_duration'])).toBeGreaterThan(Number(whole.json['eval_duration']));
});

test('a prompt is a chat of one message, after a system prompt where there is one, unless it is raw', async () => {
  const ask = async (given: object): Promise<string> => {
    const { stream, ...asked } = { stream: false, model: chat.model, options: chat.options, ...given };
    const { status, text, json } = await server.post('/api/generate', { ...asked, stream });
    expect(status, text).toBe(200);
    return String(json['response']);
  };
  const { json } = await server.post('/api/chat', { ...chat, stream: false });
  const answer = (json as unknown as Event).message!.content;
  expect(await ask({ prompt: question })).toBe(answer);
  expect(await ask({ prompt: question, raw: true })).not.toBe(answer);
  const system = 'Answer in one word.';
  const messages = [{ role: 'system', content: system }, ...chat.messages];
  const told = await server.post('/api/chat', { ...chat, messages, stream: false });
  expect(await ask({ prompt: question, system })).toBe((told.json as unknown as Event).message!.content);
});

test('format gives JSON: any object, or what a schema allows', async () => {
  const schema = {
    type: 'object',
    properties: { city: { type: 'string', maxLength: 8 } },
    required: ['city'],
    additionalProperties: false,
  };
  const options = { num_predict: 60, seed: 1 };
  const ask = async (format: unknown): Promise<Event> => {
    const { json } = await server.post('/api/chat', { ...chat, options, format, stream: false });
    return json as unknown as Event;
  };
  const person = await ask(schema);
  expect(person.done_reason).toBe('stop');
  expect(Object.keys(JSON.parse(person.message!.content) as object)).toEqual(['city']);
  expect((await ask('json')).message!.content).toMatch(/^\s*\{/);
});

test('names the version and the models', async () => {
  expect((await server.get('/api/version')).json).toMatchObject({ version: expect.any(String) });
  expect((await server.get('/api/tags')).json).toMatchObject({
    models: [{ name: 'tiny-chat', model: 'tiny-chat', digest: expect.stringMatching(/[0-9a-f]{64}/) }],
  });
});

test("what is not supported is refused in Ollama's shape, before a stream and with the field named", async () => {
  const refused: readonly (readonly [string, object, number, string])[] = [
    ['/api/chat', { ...chat, model: 'none' }, 404, 'tiny-chat'],
    ['/api/chat', { ...chat, tools: [{}] }, 400, 'tools'],
    ['/api/chat', { ...chat, options: { num_ctx: 4096 } }, 400, 'options.num_ctx'],
    ['/api/chat', { ...chat, options: { num_predict: 0 } }, 400, 'options.num_predict'],
    ['/api/chat', { ...chat, keep_alive: '5m' }, 400, 'keep_alive'],
    ['/api/chat', { ...chat, think: true }, 400, 'think'],
    ['/api/chat', { ...chat, messages: [] }, 400, 'messages'],
    ['/api/generate', { model: 'tiny-chat', prompt: '' }, 400, 'prompt'],
    ['/api/generate', { model: 'tiny-chat', prompt: 'x', raw: true, system: 'y' }, 400, 'system'],
    ['/api/generate', { model: 'tiny-chat', prompt: 'x', images: ['aGk='] }, 400, 'images'],
    ['/api/pull', { model: 'tiny-chat' }, 404, '/api/pull'],
  ];
  for (const [path, body, status, named] of refused) {
    const answer = await server.post(path, body);
    expect(answer.status, answer.text).toBe(status);
    expect(Object.keys(answer.json)).toEqual(['error']);
    expect(answer.json['error']).toContain(named);
  }
});

import { expect, test } from '@playwright/test';
import type { GenerateRequest } from '../../engine/index.ts';
import { functionModel } from '../../fixtures/function-model.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
test.beforeAll(async () => {
  server = await startTestServer();
});
test.afterAll(() => server.close());

test('GET /health tells status, time and version', async () => {
  const { status, json } = await server.get('/health');
  expect(status).toBe(200);
  expect(json['status']).toBe('healthy');
  expect(new Date(json['timestamp'] as string).toISOString()).toBe(json['timestamp']);
  expect(json['version']).toMatch(/^\d+\.\d+\.\d+/);
});

test('POST /generate answers text, usage and model', async () => {
  const { status, json, headers } = await server.post('/generate', {
    prompt: 'Hello, how are you?',
    max_tokens: 50,
    temperature: 0.7,
    top_p: 0.9,
  });
  expect(status).toBe(200);
  expect(json).toEqual({
    text: 'You said: Hello, how are you?',
    usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 },
    model: 'quoting',
    finish_reason: 'stop',
  });
  expect(headers['x-request-id']).toMatch(/^[0-9a-f]{18}-[0-9a-z]+$/);
});

test('POST /generate hands every parameter to the model', async () => {
  const asked: GenerateRequest[] = [];
  const model = functionModel((request) => {
    asked.push(request);
    return ['one', 'two'];
  });
  const own = await startTestServer({}, model);
  const parameters = { max_tokens: 1, temperature: 0.5, top_p: 0.9, top_k: 5, seed: -3 };
  const { json } = await own.post('/generate', { prompt: 'Hello', ...parameters, stop: 'x', raw: true });
  expect(json).toMatchObject({ text: 'one', finish_reason: 'length' });
  await own.post('/generate', { prompt: 'Hello', stop: ['x', 'y'] });
  await own.post('/generate', { prompt: 'Hello' });
  expect(asked[0]).toMatchObject({
    prompt: 'Hello',
    maxTokens: 1,
    temperature: 0.5,
    topP: 0.9,
    topK: 5,
    stop: ['x'],
    seed: -3,
    raw: true,
  });
  expect(asked[1]).toMatchObject({ raw: false, stop: ['x', 'y'] });
  expect(asked[1]).not.toHaveProperty('temperature');
  expect(asked[1]!.seed).not.toBe(asked[2]!.seed);
  await own.close();
});

test('POST /generate answers 422 to an invalid request and names the field', async () => {
  const cases: readonly (readonly [object | string, string])[] = [
    [{}, 'prompt'],
    [{ max_tokens: 50 }, 'prompt'],
    [{ prompt: '' }, 'prompt'],
    [{ prompt: null }, 'prompt'],
    [{ prompt: 7 }, 'prompt'],
    [{ prompt: ['test'] }, 'prompt'],
    [{ prompt: 'test', max_tokens: -1 }, 'max_tokens'],
    [{ prompt: 'test', max_tokens: 0 }, 'max_tokens'],
    [{ prompt: 'test', max_tokens: 1.5 }, 'max_tokens'],
    [{ prompt: 'test', max_tokens: '50' }, 'max_tokens'],
    [{ prompt: 'test', temperature: 2.5 }, 'temperature'],
    [{ prompt: 'test', temperature: -0.1 }, 'temperature'],
    [{ prompt: 'test', temperature: '0.7' }, 'temperature'],
    [{ prompt: 'test', top_p: 1.5 }, 'top_p'],
    [{ prompt: 'test', top_p: 0 }, 'top_p'],
    [{ prompt: 'test', top_k: -1 }, 'top_k'],
    [{ prompt: 'test', seed: 1e300 }, 'seed'],
    [{ prompt: 'test', stop: '' }, 'stop'],
    [{ prompt: 'test', stop: [1] }, 'stop.0'],
    [{ prompt: 'test', raw: 'yes' }, 'raw'],
    [{ prompt: 'test', invalid: 'request' }, 'invalid'],
    [{ prompt: 'test', constructor: 1 }, 'constructor'],
    [[], 'body'],
    ['"test"', 'body'],
    ['null', 'body'],
    ['{"prompt": "te', 'body'],
    ['{"prompt": "test", "__proto__": {"raw": true}}', 'body'],
    ['', 'body'],
    [`{"prompt": "test", "deep": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'deep'],
  ];
  for (const [body, field] of cases) {
    const { status, json } = await server.post('/generate', body);
    const told = JSON.stringify(body).slice(0, 80);
    expect(status, told).toBe(422);
    const [fault] = json['detail'] as readonly { loc: readonly string[]; msg: string; type: string }[];
    expect(fault!.loc.join('.'), told).toBe(field === 'body' ? 'body' : `body.${field}`);
    expect(fault!.msg, told).toContain(field);
  }
});

test('POST /generate names every invalid field at once', async () => {
  const { json } = await server.post('/generate', { prompt: '', max_tokens: -1, temperature: 3 });
  const faults = json['detail'] as readonly { loc: readonly string[] }[];
  expect(new Set(faults.map(({ loc }) => loc[1]))).toEqual(new Set(['max_tokens', 'prompt', 'temperature']));
});

test('POST /generate answers 422 to another content type', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
    const { status, json } = await server.post('/generate', 'invalid data', { 'content-type': type });
    expect(status, type).toBe(422);
    expect(json['detail'], type).toMatchObject([{ msg: expect.stringContaining('application/json') }]);
  }
});

test('answers 413 to a body of more than a mebibyte and 404 to an unknown route', async () => {
  expect((await server.post('/generate', { prompt: 'x'.repeat(1 << 20) })).status).toBe(413);
  expect((await server.get('/nothing')).status).toBe(404);
  expect((await server.get('/generate')).status).toBe(404);
});

test('GET /stats tells both key sets of the source document', async () => {
  const own = await startTestServer();
  for (let i = 0; i < 3; i++) await own.post('/generate', { prompt: 'test' });
  await own.post('/generate', {});
  const { status, json } = await own.get('/stats');
  expect(status).toBe(200);
  expect(json).toMatchObject({
    requests: 3,
    total_requests: 3,
    requests_per_minute: 3,
    failed_requests: 0,
    active_requests: 0,
    queue: { running: 0, waiting: 0 },
    tokens: { prompt: 3, completion: 6 },
  });
  expect(json['average_latency']).toBeGreaterThan(0);
  expect(json['avg_latency']).toBe(json['average_latency']);
  expect(json['uptime']).toBeGreaterThan(0);
  await own.close();
});

test('OPTIONS carries CORS headers, with and without Origin', async () => {
  for (const headers of [{}, { origin: 'https://a.example', 'access-control-request-method': 'POST' }]) {
    const answer = await server.options('/generate', headers);
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['access-control-allow-methods']).toContain('POST');
    expect(answer.headers['access-control-allow-headers']).toContain('Authorization');
  }
  expect((await server.post('/generate', {})).headers['access-control-allow-origin']).toBe('*');
});

test('names the allowed origin where origins are listed, and no other', async () => {
  const own = await startTestServer({ cors_origins: ['https://a.example'] });
  const allowed = await own.options('/generate', { origin: 'https://a.example' });
  expect(allowed.headers['access-control-allow-origin']).toBe('https://a.example');
  expect(allowed.headers['vary']).toBe('Origin');
  const answer = await own.post('/generate', { prompt: 'x' }, { origin: 'https://a.example' });
  expect(answer.headers['access-control-allow-origin']).toBe('https://a.example');
  expect(answer.headers['access-control-expose-headers']).toContain('Retry-After');
  const other = await own.options('/generate', { origin: 'https://b.example' });
  expect(other.headers['vary']).toBe('Origin');
  expect(other.headers['access-control-allow-origin']).toBeUndefined();
  await own.close();
});

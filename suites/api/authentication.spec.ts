import { expect, test } from '@playwright/test';
import { startTestServer, type TestServer } from './test-server.ts';

const KEY = 'test-api-key';
let server: TestServer;
test.beforeAll(async () => {
  server = await startTestServer({ enable_auth: true, api_key: KEY });
});
test.afterAll(() => server.close());

const hello = { prompt: 'Hello' };

test('a valid key is let in', async () => {
  const { status } = await server.post('/generate', hello, { authorization: `Bearer ${KEY}` });
  expect(status).toBe(200);
});

test('an invalid, missing or malformed key is answered 401', async () => {
  const cases: readonly Record<string, string>[] = [
    {},
    { authorization: 'Bearer invalid-key' },
    { authorization: 'InvalidFormat' },
    { authorization: 'Bearer' },
    { authorization: `Basic ${KEY}` },
    { authorization: KEY },
  ];
  for (const headers of cases) {
    const answer = await server.post('/generate', hello, headers);
    expect(answer.status, JSON.stringify(headers)).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.text).not.toContain(KEY);
  }
});

test('every route but /health asks for the key, before it reads the body', async () => {
  expect((await server.get('/health')).status).toBe(200);
  for (const path of ['/stats', '/v1/models']) expect((await server.get(path)).status, path).toBe(401);
  for (const path of ['/generate', '/v1/chat/completions', '/v1/completions', '/v1/loglikelihood']) {
    expect((await server.post(path, '{"broken')).status, path).toBe(401);
  }
  expect((await server.options('/generate')).status).toBe(204);
});

test("OpenAI's routes refuse in OpenAI's shape", async () => {
  const { status, json } = await server.get('/v1/models');
  expect(status).toBe(401);
  expect(json).toMatchObject({ error: { type: 'authentication_error', param: null } });
});

test('a key turns authentication on by itself; turned on without a key, nothing starts', async () => {
  const own = await startTestServer({ api_key: KEY });
  expect((await own.post('/generate', hello)).status).toBe(401);
  await own.close();
  await expect(startTestServer({ enable_auth: true })).rejects.toMatchObject({ code: 'E_CONFIG_INVALID' });
});

test('neither keys nor prompts are logged, also when answering fails', async () => {
  const { status, text } = await server.post(
    '/generate',
    { prompt: 'boom' },
    { authorization: `Bearer ${KEY}` },
  );
  expect(status).toBe(500);
  expect(server.log).toHaveLength(1);
  expect(server.log[0]).toContain('POST /generate');
  for (const secret of ['boom', KEY]) {
    expect(server.log.join('\n')).not.toContain(secret);
    expect(text).not.toContain(secret);
  }
});

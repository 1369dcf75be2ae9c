import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { expect, test } from '@playwright/test';
import { request } from 'undici';
import { ApiServer, ModelServer, sectionDefaults, type Model } from '../../engine/index.ts';
import { functionModel } from '../../fixtures/function-model.ts';
import { startTestServer } from './test-server.ts';

const hello = { prompt: 'Hello' };

/** The value of a sample line of Prometheus' text format. */
const sample = (text: string, name: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1),
  );

test('while its model is loaded the server lives, is not ready, and refuses with 503 and a time to wait', async () => {
  const port = await freePort();
  let finish: (model: Model) => void = () => undefined;
  const modelServer = new ModelServer(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  const server = new ApiServer({ serving: { ...sectionDefaults('serving'), port } }, modelServer);
  const started = server.startup();
  const get = async (path: string) => {
    const { statusCode, headers, body } = await request(`http://127.0.0.1:${port}${path}`);
    return { status: statusCode, retryAfter: headers['retry-after'], text: await body.text() };
  };
  await expect.poll(() => get('/livez').catch(() => ({ status: 0 }))).toMatchObject({ status: 200 });
  expect(await get('/health')).toMatchObject({ status: 503, text: expect.stringContaining('"loading"') });
  expect(await get('/v1/models')).toMatchObject({ status: 503, retryAfter: '1' });
  expect(JSON.parse((await get('/v1/models')).text)).toMatchObject({ error: { code: 'E_LOADING' } });
  finish(functionModel(() => ['x']));
  await started;
  expect(await get('/health')).toMatchObject({ status: 200, text: expect.stringContaining('"healthy"') });
  expect((await get('/v1/models')).status).toBe(200);
  await server.shutdown();
});

test('/metrics tells requests, tokens and latencies under the names that vLLM has', async () => {
  const server = await startTestServer();
  for (let i = 0; i < 3; i++) await server.post('/generate', hello);
  await server.post('/generate', { prompt: 'boom' });
  const { text, headers } = await server.get('/metrics');
  expect(headers['content-type']).toContain('text/plain');
  const labels = '{model_name="quoting"}';
  expect(sample(text, `harness_prompt_tokens_total${labels}`)).toBe(3);
  expect(sample(text, `harness_generation_tokens_total${labels}`)).toBe(6);
  expect(sample(text, `harness_e2e_request_latency_seconds_count${labels}`)).toBe(3);
  expect(sample(text, 'harness_request_success_total{model_name="quoting",finished_reason="stop"}')).toBe(3);
  expect(sample(text, 'harness_request_failure_total')).toBe(1);
  expect(sample(text, 'harness_num_requests_running')).toBe(0);
  expect(sample(text, 'harness_num_requests_waiting')).toBe(0);
  // Read again, a total is still the total.
  expect(sample((await server.get('/metrics')).text, 'harness_request_failure_total')).toBe(1);
  await server.close();
});

test('/openapi.json describes every route that is offered', async () => {
  const server = await startTestServer();
  const { json } = await server.get('/openapi.json');
  expect(json['openapi']).toBe('3.1.0');
  expect(Object.keys(json['paths'] as object)).toEqual(
    expect.arrayContaining([
      '/health',
      '/livez',
      '/stats',
      '/generate',
      '/metrics',
      '/v1/models',
      '/v1/completions',
      '/v1/chat/completions',
      '/v1/loglikelihood',
      '/api/chat',
      '/api/generate',
      '/api/tags',
      '/api/version',
    ]),
  );
  expect(json).toMatchObject({
    paths: { '/generate': { post: { requestBody: { content: { 'application/json': {} } } } } },
  });
  await server.close();
});

test('several keys are let in, each with a limit of its own that the answer tells', async () => {
  const digest = createHash('sha256').update('second').digest('hex');
  const server = await startTestServer({
    api_key: 'first',
    api_key_digests: [`sha256:${digest}`],
    rate_limit_per_minute: 2,
  });
  const ask = async (key: string) => {
    const { status, headers } = await server.post('/generate', hello, { authorization: `Bearer ${key}` });
    return [status, headers['x-ratelimit-limit-requests'], headers['x-ratelimit-remaining-requests']];
  };
  expect(await ask('first')).toEqual([200, '2', '1']);
  expect(await ask('first')).toEqual([200, '2', '0']);
  expect(await ask('first')).toEqual([429, '2', '0']);
  expect(await ask('second')).toEqual([200, '2', '1']);
  expect((await ask('third'))[0]).toBe(401);
  await server.close();
  await expect(startTestServer({ api_key_digests: ['second'] })).rejects.toMatchObject({
    code: 'E_CONFIG_INVALID',
    message: expect.stringContaining('api_key_digests[0]'),
  });
});

test('requests are logged as JSON Lines with the id that the client gave, without prompt, query or key', async () => {
  const server = await startTestServer({ log_level: 'info', api_key: 'secret-key' });
  const headers = { authorization: 'Bearer secret-key', 'x-request-id': 'order-7' };
  const answer = await server.post('/generate?token=in-the-query', { prompt: 'my diagnosis' }, headers);
  expect(answer.headers['x-request-id']).toBe('order-7');
  const strange = await server.get('/health', { 'x-request-id': 'a "b" c' });
  expect(strange.headers['x-request-id']).toMatch(/^[0-9a-f]{18}-[0-9a-z]+$/);
  const logged = () => server.log.filter((line) => line.includes('"order-7"'));
  await expect.poll(logged).toHaveLength(1);
  expect(JSON.parse(logged()[0]!)).toMatchObject({
    level: 'info',
    requestId: 'order-7',
    method: 'POST',
    route: '/generate',
    status: 200,
    durationMs: expect.any(Number),
  });
  for (const secret of ['my diagnosis', 'secret-key', 'in-the-query']) {
    expect(server.log.join('\n')).not.toContain(secret);
  }
  await server.close();
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as { readonly port: number };
  await new Promise((resolve) => {
    probe.close(resolve);
  });
  return port;
}

/** What holds while many talk to one server: order, isolation, bounds, and a clean end. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@playwright/test';
import { Agent, request } from 'undici';
import { ApiServer, type Model, ModelServer, sectionDefaults, serveModel } from '../../engine/index.ts';
import { functionModel, untilAborted } from '../../fixtures/function-model.ts';

/** A gate that tests open by hand, so that nothing depends on time. */
function latch(): { readonly opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const serving = (changes: Partial<ReturnType<typeof sectionDefaults<'serving'>>> = {}) => ({
  serving: { ...sectionDefaults('serving'), port: 0, ...changes },
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly json: unknown;
}

async function generate(url: string, prompt: string, signal?: AbortSignal): Promise<Answer> {
  const response = await request(`${url}/generate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt, max_tokens: 10, temperature: 0.7 }),
    ...(signal !== undefined && { signal }),
  });
  return { status: response.statusCode, headers: response.headers, json: await response.body.json() };
}

const quote = functionModel(({ prompt }) => [`You said: ${prompt}`]);

test('loads the model at startup and closes it at shutdown', async () => {
  let loads = 0;
  const model = functionModel(() => ['x']);
  const modelServer = new ModelServer(() => {
    loads++;
    return Promise.resolve(model);
  });
  const server = new ApiServer(serving(), modelServer);
  expect(modelServer.isReady()).toBe(false);
  const { url } = await server.startup();
  expect([modelServer.isReady(), loads]).toEqual([true, 1]);
  expect((await generate(url, 'Hello')).status).toBe(200);
  await server.shutdown();
  await server.shutdown();
  expect(modelServer.isReady()).toBe(false);
  await expect(model.generate({ prompt: 'Hello' })).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
  await expect(generate(url, 'Hello')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('does not listen when the model cannot be loaded', async () => {
  const server = new ApiServer(serving(), new ModelServer(() => Promise.reject(new Error('no weights'))));
  await expect(server.startup()).rejects.toThrow('no weights');
});

test('names a port that is taken before it loads a model', async () => {
  const first = await serveModel(quote);
  const modelServer = new ModelServer(() => Promise.reject(new Error('it is loaded')));
  const second = new ApiServer(serving({ port: Number(new URL(first.url).port) }), modelServer);
  await expect(second.startup()).rejects.toMatchObject({
    code: 'E_PORT_UNAVAILABLE',
    exit: 3,
    message: expect.stringMatching(/127\.0\.0\.1, port \d+: EADDRINUSE/),
  });
  await first.close();
});

test('gives each of many concurrent requests its own answer, whatever the order of the model', async () => {
  const waiting: (() => void)[] = [];
  const all = latch();
  const model = functionModel(async ({ prompt }) => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 20) all.open();
    });
    return [`You said: ${prompt}`];
  });
  const server = await serveModel(model);
  const answers = Promise.all(Array.from({ length: 20 }, (_, i) => generate(server.url, `prompt ${i}`)));
  // All reached the model before any was answered; the last to come is answered first.
  await all.opened;
  for (const answer of waiting.reverse()) answer();
  expect((await answers).map(({ json }) => (json as { text: string }).text)).toEqual(
    Array.from({ length: 20 }, (_, i) => `You said: prompt ${i}`),
  );
  await server.close();
});

test('an error in one request reaches no other', async () => {
  const model = functionModel(({ prompt }) => {
    if (prompt === 'boom') throw new Error('boom');
    return [prompt!];
  });
  const server = await serveModel(model);
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) => generate(server.url, i % 3 === 0 ? 'boom' : `prompt ${i}`)),
  );
  expect(answers.map(({ status }) => status)).toEqual(
    Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 500 : 200)),
  );
  await server.close();
});

test('a client that goes away aborts its generation and frees its slot', async () => {
  const begun = latch();
  const given = latch();
  const model = functionModel(async ({ prompt, signal }) => {
    if (prompt !== 'wait') return [prompt!];
    begun.open();
    signal!.addEventListener('abort', () => given.open());
    return await untilAborted(signal);
  });
  const server = await serveModel(model, { max_queue: 1 });
  const client = new AbortController();
  const abandoned = generate(server.url, 'wait', client.signal);
  await begun.opened;
  expect((await generate(server.url, 'Hello')).status).toBe(429);
  client.abort();
  await expect(abandoned).rejects.toMatchObject({ name: 'AbortError' });
  await given.opened;
  expect((await generate(server.url, 'Hello')).status).toBe(200);
  await server.close();
});

test('a stream whose reader goes away aborts its generation', async () => {
  const given = latch();
  const model = functionModel(async ({ signal, onText }) => {
    onText?.('first', []);
    signal!.addEventListener('abort', () => given.open());
    return await untilAborted(signal);
  });
  const server = await serveModel(model);
  const { body } = await request(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'function',
      messages: [{ role: 'user', content: 'wait' }],
      stream: true,
    }),
  });
  await once(body, 'readable');
  body.destroy();
  await given.opened;
  await server.close();
});

test('a full queue answers 429 with Retry-After, and what was admitted is answered', async () => {
  const release = latch();
  const full = latch();
  let admitted = 0;
  const model = functionModel(async ({ prompt }) => {
    if (++admitted === 3) full.open();
    await release.opened;
    return [prompt!];
  });
  const server = await serveModel(model, { max_queue: 3 });
  const inFlight = [1, 2, 3].map((i) => generate(server.url, `prompt ${i}`));
  await full.opened;
  const refused = await generate(server.url, 'one more');
  expect(refused.status).toBe(429);
  expect(refused.headers['retry-after']).toBe('1');
  expect(refused.json).toMatchObject({ code: 'E_QUEUE_FULL' });
  release.open();
  expect((await Promise.all(inFlight)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await generate(server.url, 'one more')).status).toBe(200);
  await server.close();
});

test('an answer that takes too long is given up with 504, also when the model does not listen', async () => {
  const deaf = latch();
  const aborts: string[] = [];
  const model = functionModel(async ({ prompt, signal }) => {
    signal!.addEventListener('abort', () => aborts.push(prompt!));
    if (prompt === 'deaf') {
      await deaf.opened;
      return ['too late'];
    }
    return await untilAborted(signal);
  });
  const server = await serveModel(model, { request_timeout_ms: 50, max_queue: 1 });
  expect(await generate(server.url, 'listening')).toMatchObject({ status: 504, json: { code: 'E_TIMEOUT' } });
  expect(await generate(server.url, 'deaf')).toMatchObject({ status: 504, json: { code: 'E_TIMEOUT' } });
  expect(aborts).toEqual(['listening', 'deaf']);
  // The model still works at it: the slot is not free.
  expect((await generate(server.url, 'next')).status).toBe(429);
  deaf.open();
  await server.close();
});

test('a request that drips in is cut off', async () => {
  const server = await serveModel(quote, { request_timeout_ms: 200 });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let received = '';
  socket.on('data', (data: Buffer) => {
    received += data.toString();
  });
  socket.write(
    'POST /generate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
  );
  await once(socket, 'close');
  expect(received).toMatch(/^HTTP\/1\.1 408 /);
  await server.close();
});

test('garbage on the socket is answered or closed, and the server goes on', async () => {
  const server = await serveModel(quote);
  const port = Number(new URL(server.url).port);
  for (const bytes of [
    '\r\n\r\n\r\n',
    'nonsense\r\n\r\n',
    `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
  ]) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end(bytes);
    await once(socket.resume(), 'close');
  }
  expect((await generate(server.url, 'Hello')).status).toBe(200);
  await server.close();
});

test('a drain answers what is in flight, streams included, and refuses what comes after', async () => {
  const begun = latch();
  const release = latch();
  let running = 0;
  const model = functionModel(async ({ prompt, onText }) => {
    onText?.('first ', []);
    if (++running === 2) begun.open();
    await release.opened;
    return ['first ', `then ${prompt ?? 'the rest'}`];
  });
  const server = await serveModel(model);
  // A connection of its own that stays open between requests.
  const kept = new Agent({ connections: 1, keepAliveTimeout: 60_000 });
  await (await request(`${server.url}/health`, { dispatcher: kept })).body.json();
  const plain = generate(server.url, 'Hello');
  const stream = await request(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'function', messages: [{ role: 'user', content: 'x' }], stream: true }),
  });
  await begun.opened;
  const closed = server.close();
  await expect(generate(server.url, 'late')).rejects.toThrow();
  release.open();
  expect((await plain).json).toMatchObject({ text: 'first then Hello' });
  expect((await plain).headers['connection']).toBe('close');
  const text = await stream.body.text();
  expect(text).toContain('"finish_reason":"stop"');
  expect(text).toMatch(/data: \[DONE\]\n\n$/);
  await closed;
  await kept.close();
});

test('a drain does not wait for a generation without end', async () => {
  const begun = latch();
  const stubborn: Model = functionModel(async ({ signal }) => {
    begun.open();
    return await untilAborted(signal);
  });
  const server = new ApiServer(serving(), new ModelServer(() => Promise.resolve(stubborn)));
  const { url } = await server.startup();
  const answer = generate(url, 'Hello');
  await begun.opened;
  await server.shutdown({ drainMs: 50 });
  expect(await answer).toMatchObject({ status: 503, json: { code: 'E_DRAINING' } });
});

test('memory grows by less than 100 MB over ten requests', async () => {
  const server = await serveModel(quote);
  await generate(server.url, 'warm up');
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 10; i++) await generate(server.url, 'Test prompt');
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  await server.close();
});

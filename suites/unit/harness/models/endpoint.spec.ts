import { expect, test } from '@playwright/test';
import { Endpoint, EndpointError, type EndpointOptions } from '../../../../harness/models/endpoint.ts';
import { foreignEndpoint, HANG_UP, type Reply, SILENCE } from './foreign-endpoint.ts';

const quick = { retryDelaysMs: [1, 1] };

interface Outcome {
  readonly value?: unknown;
  readonly error?: Error & { readonly code?: string; readonly status?: number };
  readonly requests: number;
}

async function ask(replies: readonly Reply[], options: EndpointOptions = quick): Promise<Outcome> {
  const foreign = await foreignEndpoint(replies);
  const endpoint = new Endpoint(foreign.baseUrl, options);
  try {
    const value = await endpoint.json({ path: '/x', body: { a: 1 } });
    return { value, requests: foreign.received.length };
  } catch (error) {
    return { error: error as Error, requests: foreign.received.length };
  } finally {
    await endpoint.close();
    await foreign.close();
  }
}

const ok: Reply = { body: { fine: true } };
const busy: Reply = { status: 503, body: 'busy' };

test('tries again where the infrastructure failed, and gives up after the last pause', async () => {
  const limited: Reply = { status: 429, headers: { 'retry-after': '0' }, body: 'slow down' };
  for (const reply of [HANG_UP, busy, { status: 502, body: '' }, limited]) {
    expect(await ask([reply, reply, ok])).toEqual({ value: { fine: true }, requests: 3 });
    const { error, requests } = await ask([reply]);
    expect(requests).toBe(3);
    expect(error).toMatchObject({ code: 'E_ENDPOINT', exit: 3 });
  }
});

test('does not try again what would fail again', async () => {
  for (const status of [400, 401, 403, 404, 408, 422, 500, 504, 302]) {
    const { error, requests } = await ask([{ status, body: { error: 'no' } }, ok]);
    expect(requests, String(status)).toBe(1);
    const code = status === 408 || status === 504 ? 'E_TIMEOUT' : 'E_ENDPOINT';
    expect(error).toMatchObject({ code, status, body: { error: 'no' } });
    expect(error!.message).toMatch(new RegExp(`answered ${status}: \\{"error":"no"\\}`));
  }
  const noJson = await ask([{ body: '<html>' }, ok]);
  expect(noJson.error!.message).toContain('answered no JSON: <html>');
});

test('waits as long as it is told to, and not at all where that is too long', async () => {
  const inAMoment: Reply = { status: 503, headers: { 'retry-after': '0.05' }, body: '' };
  // Its own pause would be an hour.
  expect((await ask([inAMoment, ok], { retryDelaysMs: [3_600_000] })).requests).toBe(2);
  const tomorrow: Reply = { status: 429, headers: { 'retry-after': '86400' }, body: '' };
  expect((await ask([tomorrow, ok])).requests).toBe(1);
  const inAMonth = new Date(Date.now() + 30 * 86_400_000).toUTCString();
  expect((await ask([{ ...tomorrow, headers: { 'retry-after': inAMonth } }, ok])).requests).toBe(1);
});

test('gives an answer that does not come its time, once', async () => {
  const { error, requests } = await ask([SILENCE], { ...quick, timeoutMs: 50 });
  expect(error).toMatchObject({
    code: 'E_TIMEOUT',
    message: expect.stringMatching(/did not answer within 50 ms/),
  });
  expect(requests).toBe(1);
});

test('names the address where nobody listens', async () => {
  const foreign = await foreignEndpoint([ok]);
  await foreign.close();
  const endpoint = new Endpoint(foreign.baseUrl, quick);
  await expect(endpoint.json({ path: '/models' })).rejects.toMatchObject({
    code: 'E_ENDPOINT',
    message: `GET ${foreign.baseUrl}/models failed: ECONNREFUSED.`,
  });
  await endpoint.close();
});

test('is given up at once when its caller gives up, also during a pause', async () => {
  for (const reply of [SILENCE, busy]) {
    const foreign = await foreignEndpoint([reply]);
    const endpoint = new Endpoint(foreign.baseUrl, { retryDelaysMs: [60_000] });
    const caller = new AbortController();
    const answer = endpoint.json({ path: '/x', signal: caller.signal });
    setTimeout(() => caller.abort(), 50);
    await expect(answer).rejects.toMatchObject({ code: 'E_ABORTED' });
    await endpoint.close();
    await foreign.close();
  }
});

test('sends the key as a bearer token and shows it nowhere', async () => {
  const foreign = await foreignEndpoint([{ status: 401, body: 'Incorrect key provided: hush-hush\n\u0007' }]);
  const endpoint = new Endpoint(foreign.baseUrl, { key: 'hush-hush' });
  const error = await endpoint.json({ path: '/x' }).catch((cause: unknown) => cause as Error);
  expect(foreign.received[0]!.headers.authorization).toBe('Bearer hush-hush');
  expect((error as Error).message).toBe(
    `GET ${foreign.baseUrl}/x answered 401: Incorrect key provided: [key]`,
  );
  await endpoint.close();
  await foreign.close();
  expect(() => new Endpoint('http://h', { key: 'hush\n' })).toThrow(
    expect.objectContaining({ code: 'E_USAGE' }),
  );
  expect(() => new Endpoint('http://h', { key: 'hush\n' })).not.toThrow(/hush/);
});

test('hands on no refusal in which the endpoint repeats the key', async () => {
  const body = JSON.stringify({
    error: { code: 'context_length_exceeded', message: 'hush-hush sent too much' },
  });
  const foreign = await foreignEndpoint([{ status: 400, body }]);
  const endpoint = new Endpoint(foreign.baseUrl, { key: 'hush-hush' });
  const error = await endpoint.json({ path: '/x' }).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(EndpointError);
  expect(error).toMatchObject({
    body: { error: { code: 'context_length_exceeded', message: '[key] sent too much' } },
  });
  await endpoint.close();
  await foreign.close();
});

test('shows a long refusal as a short excerpt, and reads no answer without end', async () => {
  const { error } = await ask([{ status: 400, body: 'x'.repeat(100_000) }]);
  expect(error!.message.length).toBeLessThan(300);
  const endless = await ask([{ body: 'x'.repeat((16 << 20) + 1) }]);
  expect(endless.error!.message).toMatch(/longer than 16777216 bytes/);
});

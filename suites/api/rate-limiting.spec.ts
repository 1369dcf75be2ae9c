import { expect, test } from '@playwright/test';
import { startTestServer } from './test-server.ts';

test('requests beyond the limit are answered 429 with the time to wait', async () => {
  const server = await startTestServer({ rate_limit_per_minute: 4 });
  const statuses: number[] = [];
  for (let i = 0; i < 10; i++) statuses.push((await server.post('/generate', { prompt: 'test' })).status);
  expect(statuses).toEqual([200, 200, 200, 200, 429, 429, 429, 429, 429, 429]);
  const refused = await server.post('/v1/chat/completions', {});
  expect(refused.status).toBe(429);
  expect(refused.json).toMatchObject({ error: { type: 'rate_limit_error' } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
  expect((await server.get('/health')).status).toBe(200);
  await server.close();
});

test('guesses at the key are limited too, and do not use up the limit of those who have it', async () => {
  const server = await startTestServer({ api_key: 'right', rate_limit_per_minute: 2 });
  const ask = async (key: string): Promise<number> =>
    (await server.post('/generate', { prompt: 'test' }, { authorization: `Bearer ${key}` })).status;
  expect([await ask('a'), await ask('b'), await ask('c')]).toEqual([401, 401, 429]);
  expect([await ask('right'), await ask('right'), await ask('right')]).toEqual([200, 200, 429]);
  await server.close();
});

test('without a limit there is none', async () => {
  const server = await startTestServer();
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => server.post('/generate', { prompt: 'test' })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
  await server.close();
});

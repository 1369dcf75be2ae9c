import { expect, test } from '@playwright/test';
import { RateLimiter } from '../../../../engine/serving/rate-limiter.ts';

test('admits the limit in any window of 60 seconds, wherever the window begins', () => {
  const limiter = new RateLimiter(3);
  const admittedAt: number[] = [];
  for (let nowMs = 0; nowMs < 300_000; nowMs += 700) {
    if (limiter.admit('a', nowMs) === null) admittedAt.push(nowMs);
  }
  expect(admittedAt.length).toBeGreaterThanOrEqual(14);
  for (const start of admittedAt) {
    const within = admittedAt.filter((time) => time >= start && time < start + 60_000);
    expect(within.length).toBeLessThanOrEqual(3);
  }
});

test('tells after how many seconds the next request is admitted', () => {
  const limiter = new RateLimiter(2);
  expect([limiter.admit('a', 0), limiter.admit('a', 10_000)]).toEqual([null, null]);
  expect(limiter.admit('a', 10_500)).toBe(50);
  expect(limiter.admit('a', 59_999)).toBe(1);
  expect(limiter.admit('a', 60_000)).toBeNull();
});

test('counts each client apart, and refused requests not at all', () => {
  const limiter = new RateLimiter(1);
  expect(limiter.admit('a', 0)).toBeNull();
  expect(limiter.admit('b', 0)).toBeNull();
  for (let nowMs = 1; nowMs < 60_000; nowMs += 1_000) expect(limiter.admit('a', nowMs)).not.toBeNull();
  expect(limiter.admit('a', 60_000)).toBeNull();
});

test('remembers a bounded number of clients', () => {
  const limiter = new RateLimiter(1);
  for (let i = 0; i < 10_001; i++) limiter.admit(`client ${i}`, 0);
  expect(limiter.admit('client 10000', 1)).not.toBeNull();
  expect(limiter.admit('client 0', 1)).toBeNull();
});

import { expect, test } from '@playwright/test';
import { RateLimiter } from '../../../../engine/serving/rate-limiter.ts';

test('admits the limit in any window of 60 seconds, wherever the window begins', () => {
  const limiter = new RateLimiter(3);
  const admittedAt: number[] = [];
  for (let nowMs = 0; nowMs < 300_000; nowMs += 700) {
    if (limiter.admit('a', nowMs).admitted) admittedAt.push(nowMs);
  }
  expect(admittedAt.length).toBeGreaterThanOrEqual(14);
  for (const start of admittedAt) {
    const within = admittedAt.filter((time) => time >= start && time < start + 60_000);
    expect(within.length).toBeLessThanOrEqual(3);
  }
});

test('tells what is left and after how many seconds there is more', () => {
  const limiter = new RateLimiter(2);
  expect(limiter.admit('a', 0)).toEqual({ admitted: true, limit: 2, remaining: 1, resetS: 60 });
  expect(limiter.admit('a', 10_000)).toEqual({ admitted: true, limit: 2, remaining: 0, resetS: 50 });
  expect(limiter.admit('a', 10_500)).toEqual({ admitted: false, limit: 2, remaining: 0, resetS: 50 });
  expect(limiter.admit('a', 59_999)).toMatchObject({ admitted: false, resetS: 1 });
  expect(limiter.admit('a', 60_000)).toMatchObject({ admitted: true, remaining: 0, resetS: 10 });
});

test('counts each client apart, and refused requests not at all', () => {
  const limiter = new RateLimiter(1);
  expect(limiter.admit('a', 0).admitted).toBe(true);
  expect(limiter.admit('b', 0).admitted).toBe(true);
  for (let nowMs = 1; nowMs < 60_000; nowMs += 1_000) {
    expect(limiter.admit('a', nowMs).admitted).toBe(false);
  }
  expect(limiter.admit('a', 60_000).admitted).toBe(true);
});

test('remembers a bounded number of clients', () => {
  const limiter = new RateLimiter(1);
  for (let i = 0; i < 10_001; i++) limiter.admit(`client ${i}`, 0);
  expect(limiter.admit('client 10000', 1).admitted).toBe(false);
  expect(limiter.admit('client 0', 1).admitted).toBe(true);
});

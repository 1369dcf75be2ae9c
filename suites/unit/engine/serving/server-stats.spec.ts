import { expect, test } from '@playwright/test';
import { StatsRecorder } from '../../../../engine/serving/server-stats.ts';

test('averages the latency of successful requests only', () => {
  const stats = new StatsRecorder(100);
  for (const latencyS of [1, 3]) {
    stats.start();
    stats.succeed(101, latencyS, { promptTokens: 5, completionTokens: 7 });
  }
  stats.start();
  stats.fail(102);
  stats.start();
  expect(stats.read(110)).toEqual({
    totalRequests: 3,
    failedRequests: 1,
    activeRequests: 1,
    averageLatencyS: 2,
    requestsPerMinute: 3,
    uptimeS: 10,
    promptTokens: 10,
    completionTokens: 14,
  });
});

test('counts the requests of the last sixty seconds, not of the whole uptime', () => {
  const stats = new StatsRecorder(0);
  const finishAt = (nowS: number): void => {
    stats.start();
    stats.succeed(nowS, 0.1, { promptTokens: 1, completionTokens: 1 });
  };
  finishAt(0.5);
  finishAt(30);
  finishAt(59.9);
  expect(stats.read(59.9).requestsPerMinute).toBe(3);
  expect(stats.read(60).requestsPerMinute).toBe(2);
  expect(stats.read(100).requestsPerMinute).toBe(1);
  expect(stats.read(1000).requestsPerMinute).toBe(0);
  finishAt(1000);
  expect(stats.read(1001).requestsPerMinute).toBe(1);
  expect(stats.read(1001).totalRequests).toBe(4);
});

test('has an average of 0 before the first answer', () => {
  expect(new StatsRecorder(0).read(1).averageLatencyS).toBe(0);
});

import { expect, test } from '@playwright/test';
import { judgeGenerator, type LoopMeasurement } from '../../../../harness/load/generator-health.ts';
import type { Exchange } from '../../../../harness/load/exchange.ts';
import type { LoadPlan } from '../../../../harness/load/load-plan.ts';
import { runStep } from '../../../../harness/load/run-step.ts';
import { loadRecord } from './records.ts';
import { exchange } from './virtual-clock.ts';

const quiet: LoopMeasurement = {
  eventLoopDelayMs: { p50: 0.1, p99: 2, max: 8 },
  cpuMs: 500,
  durationMs: 10_000,
};
const requests = (lagMs: number, latencyMs = 100) =>
  Array.from({ length: 200 }, (_, i) =>
    loadRecord(i, i * 50, { dueMs: i * 50 + lagMs, endMs: i * 50 + latencyMs }),
  );

test('each way to lag has its limit, and its words', () => {
  const faults = (lagMs: number, loop: Partial<LoopMeasurement> = {}, latencyMs = 100) =>
    judgeGenerator(requests(lagMs, latencyMs), [quiet, { ...quiet, ...loop }]).faults;
  expect(faults(9)).toEqual([]);
  expect(faults(11)).toEqual([expect.stringContaining('was sent 11 ms late')]);
  // 5% of a second
  expect(faults(40, {}, 1_000)).toEqual([]);
  expect(faults(60, {}, 1_000)).toHaveLength(1);
  expect(faults(0, { eventLoopDelayMs: { p50: 1, p99: 30, max: 40 } })).toEqual([
    expect.stringContaining('30 ms late at p99'),
  ]);
  // one pause of 300 ms in ten seconds catches 3% of the requests
  expect(faults(0, { eventLoopDelayMs: { p50: 1, p99: 2, max: 300 } })).toEqual([
    expect.stringContaining('stood still for 300 ms'),
  ]);
  expect(faults(0, { eventLoopDelayMs: { p50: 1, p99: 2, max: 90 } })).toEqual([]);
  expect(faults(0, { cpuMs: 9_500 })).toEqual([expect.stringContaining('95% of a core')]);
});

test('a generator that is kept from its work is found out', async () => {
  const plan: LoadPlan = {
    target: {
      baseUrl: 'http://127.0.0.1:9',
      model: 'm',
      route: 'chat',
      stream: false,
      timeoutMs: 1_000,
      key: undefined,
    },
    traffic: { kind: 'open', pattern: 'constant', ratePerS: 100 },
    rampMs: 0,
    durationMs: 500,
    mostRequests: 50,
    warmup: 0,
    repeats: 1,
    connections: 50,
    prompts: { words: 3 },
    maxTokens: 1,
    temperature: 0,
    seed: 1,
    objective: null,
    attainment: 0.9,
    sweepTo: null,
  };
  // The thread is busy for 40 ms with each request, of which there is one each 10 ms.
  const send = (): Promise<Exchange> => {
    const sentAt = performance.now();
    while (performance.now() - sentAt < 40);
    return Promise.resolve(exchange(sentAt, performance.now()));
  };
  const { generator } = await runStep(plan, 0, { client: { send }, signal: new AbortController().signal });
  expect(generator.sendLagMs.p99).toBeGreaterThan(100);
  expect(generator.faults.join()).toContain('late or later');
});

import { expect, test } from '@playwright/test';
import { reportOf } from '../../../../harness/load/load-report.ts';
import { loadRecord } from './records.ts';

const open = { objective: null, openLoop: true } as const;
/** Latencies 1, 2, …, n ms, ten requests a second. */
const ladder = (n: number, repeat = 0, stretch = 1) =>
  Array.from({ length: n }, (_, i) => loadRecord(i, i * 100, { repeat, endMs: i * 100 + (i + 1) * stretch }));

test('percentiles are those of the requests, with order-statistic intervals where there is one repeat', () => {
  const { e2elMs, offeredPerSecond } = reportOf(ladder(101), open);
  expect(e2elMs).toMatchObject({
    n: 101,
    p50: { value: 51 },
    p90: { value: 91 },
    p99: { value: 100 },
    max: 101,
  });
  const { low, high } = e2elMs!.p50;
  expect(low).toBeGreaterThan(38);
  expect(low).toBeLessThan(46);
  expect(high! - 51).toBe(51 - low!);
  expect(e2elMs!.p99.high, 'a hundred requests do not bound a p99 from above').toBeNull();
  expect(offeredPerSecond).toBeCloseTo(10, 9);
});

test('from the intended start and from the send are told apart', () => {
  const records = [0, 1, 2].map((i) =>
    loadRecord(i, i * 100, { sentMs: i * 100 + 40, endMs: i * 100 + 100 }),
  );
  const { e2elMs, e2elFromSendMs } = reportOf(records, open);
  expect(e2elMs!.p50.value).toBe(100);
  expect(e2elFromSendMs!.p50.value).toBe(60);
});

test('streamed times: first token, gaps, time per output token after the first', () => {
  const records = [0, 1].map((i) =>
    loadRecord(i, i * 1_000, {
      firstTokenMs: i * 1_000 + 200,
      itlMs: [10, 30],
      completionTokens: 3,
      endMs: i * 1_000 + 260,
    }),
  );
  const { ttftMs, itlMs, tpotMs } = reportOf(records, open);
  expect(ttftMs!.mean.value).toBe(200);
  expect(itlMs).toMatchObject({ n: 4, mean: { value: 20 }, max: 30 });
  expect(tpotMs!.p50.value).toBe(30);
});

test('failures have no latency, are counted by class and status, and are no throughput', () => {
  const limited = { status: 429, failure: { class: 'rateLimited', detail: 'status 429' } } as const;
  const gone = { status: null, failure: { class: 'connection', detail: 'ECONNRESET' } } as const;
  const records = [
    ...Array.from({ length: 8 }, (_, i) => loadRecord(i, i * 100)),
    loadRecord(8, 800, { ...limited, endMs: 801 }),
    loadRecord(9, 900, { ...gone, endMs: 1_000 }),
  ];
  const report = reportOf(records, open);
  expect(report.requests).toEqual({
    total: 10,
    succeeded: 8,
    failed: 2,
    byClass: { rateLimited: 1, connection: 1 },
    byStatus: { 200: 8, 429: 1 },
  });
  expect(report.e2elMs).toMatchObject({ n: 8, max: 100 });
  expect(report.requestsPerSecond.value).toBe(8);
  expect(report.outputTokensPerSecond.value).toBe(80);
});

test('goodput counts the requests that met every limit, and a failure has met none', () => {
  const records = Array.from({ length: 10 }, (_, i) =>
    loadRecord(i, i * 100, {
      firstTokenMs: i * 100 + (i < 7 ? 20 : 60),
      endMs: i * 100 + 100,
      failure: i === 0 ? { class: 'timeout', detail: 'late' } : null,
    }),
  );
  const { goodput } = reportOf(records, { objective: { ttft: 50, e2el: 100 }, openLoop: true });
  expect(goodput!.share.value).toBe(0.6);
  expect(goodput!.requestsPerSecond.value).toBe(6);
});

test('several repeats: their mean, and an interval over them', () => {
  const report = reportOf([...ladder(101, 0), ...ladder(101, 1, 2), ...ladder(101, 2, 3)], open);
  // medians 51, 102 and 153; t(2) = 4.303, standard error 51 / sqrt(3)
  expect(report.e2elMs!.p50.value).toBeCloseTo(102, 9);
  expect(report.e2elMs!.p50.high).toBeCloseTo(102 + 4.302653 * (51 / Math.sqrt(3)), 4);
  expect(report.e2elMs!.p50.low).toBe(0);
  expect(report.e2elMs!.n).toBe(303);
});

test('requests in flight together are no independent witnesses: their intervals are wider', () => {
  // Ten at a time share one latency; twenty such waves.
  const wave = (together: number) =>
    Array.from({ length: 200 }, (_, i) => {
      const latency = 100 + ((Math.floor(i / 10) * 7) % 20) * 10;
      return loadRecord(i, Math.floor(i / 10) * 300 + (i % 10), {
        endMs: Math.floor(i / 10) * 300 + (i % 10) + latency,
        sentMs: together > 1 ? Math.floor(i / 10) * 300 - together * 100 : Math.floor(i / 10) * 300 + latency,
      });
    });
  const width = (records: ReturnType<typeof wave>) => {
    const { low, high } = reportOf(records, open).e2elMs!.mean;
    return high! - low!;
  };
  expect(width(wave(10))).toBeGreaterThan(1.5 * width(wave(1)));
});

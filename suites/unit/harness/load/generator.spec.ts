import { expect, test } from '@playwright/test';
import type { Exchange } from '../../../../harness/load/exchange.ts';
import { type RawRecord, runClosedLoop, runOpenLoop } from '../../../../harness/load/generator.ts';
import { exchange, VirtualClock } from './virtual-clock.ts';

const never = new AbortController().signal;
const latency = ({ endMs, intendedMs }: RawRecord) => endMs - intendedMs;

/** Answers after 50 ms, and nothing from 1,000 to 3,000 ms: what would be due then comes at 3,000. */
function stallingServer(clock: VirtualClock) {
  return async (): Promise<Exchange> => {
    const sentAt = clock.now();
    const due = sentAt + 50;
    await clock.sleep((due >= 1_000 && due < 3_000 ? 3_000 : due) - sentAt);
    return exchange(sentAt, clock.now());
  };
}

/** Ten requests a second, for four seconds. */
const offsets = Array.from({ length: 40 }, (_, i) => i * 100);

test('an open loop sees a stall of the server in full, in every request that became due in it', async () => {
  const clock = new VirtualClock();
  const records = (await clock.run(
    runOpenLoop({
      send: stallingServer(clock),
      clock,
      signal: never,
      offsets,
      connections: 100,
      patienceMs: 9_999,
    }),
  ))!;
  expect(records.map(({ intendedMs }) => intendedMs)).toEqual(offsets);
  expect(records.map(({ sentMs }) => sentMs)).toEqual(offsets);
  const slow = records.filter((record) => latency(record) > 50);
  expect(slow.length).toBe(20);
  expect(slow.map(latency)).toEqual(Array.from({ length: 20 }, (_, i) => 2_000 - i * 100));
});

test('a closed loop of one user sees the same stall once: the others were never asked', async () => {
  const clock = new VirtualClock();
  const records = (await clock.run(
    runClosedLoop({
      send: stallingServer(clock),
      clock,
      signal: never,
      userOffsets: [0],
      durationMs: 4_000,
      most: 1_000,
    }),
  ))!;
  expect(records.length).toBeGreaterThan(30);
  expect(records.filter((record) => latency(record) > 50).length).toBe(1);
});

test('a request that waits for a connection keeps the moment it was meant for', async () => {
  const clock = new VirtualClock();
  const send = async (): Promise<Exchange> => {
    const sentAt = clock.now();
    await clock.sleep(100);
    return exchange(sentAt, clock.now());
  };
  const records = (await clock.run(
    runOpenLoop({ send, clock, signal: never, offsets: [0, 10, 20, 30], connections: 2, patienceMs: 9_999 }),
  ))!;
  expect(records.map(({ sentMs }) => sentMs)).toEqual([0, 10, 100, 110]);
  expect(
    records.map(({ dueMs }) => dueMs),
    'the generator itself was on time',
  ).toEqual([0, 10, 20, 30]);
  expect(records.map(latency)).toEqual([100, 100, 180, 180]);
});

test('what still waits when patience ends is a record of its own kind, never dropped', async () => {
  const clock = new VirtualClock();
  const send = async (): Promise<Exchange> => {
    const sentAt = clock.now();
    await clock.sleep(700);
    return exchange(sentAt, clock.now());
  };
  const records = (await clock.run(
    runOpenLoop({ send, clock, signal: never, offsets: [0, 10, 20], connections: 1, patienceMs: 1_000 }),
  ))!;
  expect(records.map(({ failure }) => failure?.class)).toEqual([undefined, undefined, 'notSent']);
  expect(records[2]).toMatchObject({ intendedMs: 20, sentMs: null, endMs: 1_400 });
});

test('a generator that comes late says so', async () => {
  const clock = new VirtualClock();
  const late: VirtualClock['wakeAt'] = (time, callback) => clock.wakeAt(time + 7, callback);
  const send = (): Promise<Exchange> => Promise.resolve(exchange(clock.now(), clock.now()));
  const records = (await clock.run(
    runOpenLoop({
      send,
      clock: { now: clock.now, wakeAt: late },
      signal: never,
      offsets: [0, 100, 200],
      connections: 5,
      patienceMs: 10,
    }),
  ))!;
  expect(records.map(({ dueMs, intendedMs }) => dueMs - intendedMs)).toEqual([0, 7, 7]);
});

test('a closed loop keeps its users, its number of requests and its duration', async () => {
  const run = async (users: readonly number[], durationMs: number, most: number) => {
    const clock = new VirtualClock();
    let inFlight = 0;
    let peak = 0;
    const send = async (): Promise<Exchange> => {
      peak = Math.max(peak, ++inFlight);
      const sentAt = clock.now();
      await clock.sleep(100);
      inFlight--;
      return exchange(sentAt, clock.now());
    };
    const loop = { send, clock, signal: never, userOffsets: users, durationMs, most };
    const records = (await clock.run(runClosedLoop(loop)))!;
    return { starts: records.map(({ intendedMs }) => intendedMs), peak };
  };
  expect(await run([0, 0, 0], 10_000, 7)).toEqual({ starts: [0, 0, 0, 100, 100, 100, 200], peak: 3 });
  expect(await run([0, 50], 250, 100)).toEqual({ starts: [0, 50, 100, 150, 200], peak: 2 });
});

test('an interruption ends both loops at once', async () => {
  const hang = (): Promise<Exchange> => new Promise(() => {});
  for (const start of [
    (clock: VirtualClock, signal: AbortSignal) =>
      runOpenLoop({ send: hang, clock, signal, offsets: [0, 50], connections: 1, patienceMs: 1_000 }),
    (clock: VirtualClock, signal: AbortSignal) =>
      runClosedLoop({ send: hang, clock, signal, userOffsets: [0, 10_000], durationMs: 99_999, most: 9 }),
  ]) {
    const clock = new VirtualClock();
    const interruption = new AbortController();
    const running = start(clock, interruption.signal);
    running.catch(() => undefined);
    await clock.run(running, 500);
    interruption.abort(new Error('stop'));
    await expect(running).rejects.toThrow('stop');
  }
});

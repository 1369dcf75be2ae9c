/** Sends requests on time. Open loop: each at its own moment, whatever became of those before it. Closed loop: so
 *  many users, each of whom asks again when answered, and who therefore waits politely while the server stalls.
 *
 *  Where all connections are taken a request of the open loop waits here, and keeps the moment it was meant for: its
 *  latency counts from there (Tene, "How not to measure latency"; wrk2).
 *  Knows when; knows nothing of what is sent. */
import type { Exchange } from './exchange.ts';
import type { LoadRecord } from './load-record.ts';

export type Send = (index: number) => Promise<Exchange>;

/** A clock that can wake: the machine's, or a test's own. ms. */
export interface Clock {
  now(this: void): number;
  /** Calls back at or after `time`; returns what cancels it. */
  wakeAt(this: void, time: number, callback: () => void): () => void;
}

export const machineClock: Clock = {
  now: () => performance.now(),
  wakeAt: (time, callback) => {
    const timer = setTimeout(callback, Math.max(0, time - performance.now()));
    return () => clearTimeout(timer);
  },
};

interface LoopOptions {
  readonly send: Send;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told after each request that ended. */
  readonly onEnd?: () => void;
}

/** `step` and `repeat` are the caller's to say. */
export type RawRecord = Omit<LoadRecord, 'step' | 'repeat'>;

export interface OpenLoopOptions extends LoopOptions {
  /** ms from the start, ascending. */
  readonly offsets: readonly number[];
  /** Requests in flight at most. */
  readonly connections: number;
  /** After the last arrival; what then still waits for a connection is not sent any more. */
  readonly patienceMs: number;
}

/** Records in the order of the schedule.
 *  @throws the signal's reason once it fires: nothing is left half measured */
export async function runOpenLoop(options: OpenLoopOptions): Promise<RawRecord[]> {
  const { send, clock, signal, onEnd, offsets, connections, patienceMs } = options;
  const startAt = clock.now();
  const records: RawRecord[] = [];
  /** Those from `nextWaiting` on wait for a connection. */
  const waiting: { readonly index: number; readonly dueMs: number }[] = [];
  let nextWaiting = 0;
  let next = 0;
  let inFlight = 0;
  let patient = true;
  let cancelWake = (): void => {};

  return await unlessAborted(
    signal,
    () => cancelWake(),
    (resolve, reject) => {
      const settle = (): void => {
        if (next < offsets.length || inFlight > 0 || (nextWaiting < waiting.length && patient)) return;
        cancelWake();
        const endMs = clock.now() - startAt;
        for (const { index, dueMs } of waiting.slice(nextWaiting)) {
          records[index] = notSent(index, offsets[index]!, dueMs, endMs);
        }
        resolve(records);
      };
      const launch = async (index: number, dueMs: number): Promise<void> => {
        inFlight++;
        const exchange = await send(index);
        inFlight--;
        records[index] = recordOf(exchange, startAt, { index, intendedMs: offsets[index]!, dueMs });
        onEnd?.();
        const first = waiting[nextWaiting];
        if (first !== undefined && patient && !signal.aborted) {
          nextWaiting++;
          launch(first.index, first.dueMs).catch(reject);
        }
        settle();
      };
      const wake = (): void => {
        // Timers may fire a little early.
        while (next < offsets.length && startAt + offsets[next]! <= clock.now()) {
          const index = next++;
          const dueMs = clock.now() - startAt;
          if (inFlight < connections) launch(index, dueMs).catch(reject);
          else waiting.push({ index, dueMs });
        }
        if (next < offsets.length) cancelWake = clock.wakeAt(startAt + offsets[next]!, wake);
        else {
          cancelWake = clock.wakeAt(startAt + (offsets.at(-1) ?? 0) + patienceMs, () => {
            patient = false;
            settle();
          });
          settle();
        }
      };
      wake();
    },
  );
}

export interface ClosedLoopOptions extends LoopOptions {
  /** When each user begins, ms from the start. */
  readonly userOffsets: readonly number[];
  /** No request begins after this. */
  readonly durationMs: number;
  readonly most: number;
}

/** Records in the order of their start.
 *  @throws the signal's reason once it fires */
export async function runClosedLoop(options: ClosedLoopOptions): Promise<RawRecord[]> {
  const { send, clock, signal, onEnd, userOffsets, durationMs, most } = options;
  const startAt = clock.now();
  const records: RawRecord[] = [];
  const cancels: (() => void)[] = [];
  let next = 0;
  const user = async (offset: number): Promise<void> => {
    if (offset > 0) {
      await new Promise<void>((resolve) => cancels.push(clock.wakeAt(startAt + offset, resolve)));
    }
    while (next < most && !signal.aborted) {
      const intendedMs = clock.now() - startAt;
      if (intendedMs >= durationMs) return;
      const index = next++;
      const exchange = await send(index);
      records[index] = recordOf(exchange, startAt, { index, intendedMs, dueMs: intendedMs });
      onEnd?.();
    }
  };
  const cancelAll = (): void => cancels.forEach((cancel) => cancel());
  return await unlessAborted(signal, cancelAll, (resolve, reject) => {
    Promise.all(userOffsets.map(user)).then(() => resolve(records), reject);
  });
}

/** What `run` resolves with; once the signal fires, what it waits for is cancelled.
 *  @throws the signal's reason */
async function unlessAborted<Result>(
  signal: AbortSignal,
  cancel: () => void,
  run: (resolve: (result: Result) => void, reject: (reason: Error) => void) => void,
): Promise<Result> {
  signal.throwIfAborted();
  let onAbort = cancel;
  try {
    return await new Promise<Result>((resolve, reject) => {
      onAbort = () => {
        cancel();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      run(resolve, reject);
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function recordOf(
  exchange: Exchange,
  startAt: number,
  when: Pick<LoadRecord, 'index' | 'intendedMs' | 'dueMs'>,
): RawRecord {
  const { sentAt, firstTokenAt, endAt, ...rest } = exchange;
  return {
    ...when,
    sentMs: sentAt - startAt,
    firstTokenMs: firstTokenAt === null ? null : firstTokenAt - startAt,
    endMs: endAt - startAt,
    ...rest,
  };
}

function notSent(index: number, intendedMs: number, dueMs: number, endMs: number): RawRecord {
  return {
    index,
    intendedMs,
    dueMs,
    sentMs: null,
    firstTokenMs: null,
    endMs,
    itlMs: [],
    promptTokens: null,
    completionTokens: null,
    tokensToldByServer: false,
    status: null,
    failure: { class: 'notSent', detail: 'no connection came free in time' },
  };
}

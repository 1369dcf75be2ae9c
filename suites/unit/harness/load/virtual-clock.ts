/** A clock that goes only as far as somebody waits: schedules are tested to the millisecond, in no time. */
import { setImmediate } from 'node:timers/promises';
import type { Exchange } from '../../../../harness/load/exchange.ts';
import type { Clock } from '../../../../harness/load/generator.ts';

export class VirtualClock implements Clock {
  #now = 0;
  readonly #waiting: { readonly time: number; readonly callback: () => void }[] = [];

  readonly now = (): number => this.#now;

  readonly wakeAt = (time: number, callback: () => void): (() => void) => {
    const entry = { time: Math.max(time, this.#now), callback };
    this.#waiting.push(entry);
    return () => {
      const index = this.#waiting.indexOf(entry);
      if (index >= 0) this.#waiting.splice(index, 1);
    };
  };

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => this.wakeAt(this.#now + ms, resolve));

  /** Goes on until the work is done, or, where given, up to a time. */
  async run<Value>(work: Promise<Value>, until = Infinity): Promise<Value | undefined> {
    let done = false;
    const finished = work.finally(() => (done = true));
    finished.catch(() => undefined);
    for (;;) {
      await setImmediate();
      if (done) return await finished;
      const next = this.#waiting.toSorted((a, b) => a.time - b.time)[0];
      if (next === undefined || next.time > until) return undefined;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#now = next.time;
      next.callback();
    }
  }
}

/** An answered request. */
export function exchange(sentAt: number, endAt: number, more: Partial<Exchange> = {}): Exchange {
  return {
    sentAt,
    firstTokenAt: null,
    endAt,
    itlMs: [],
    promptTokens: 3,
    completionTokens: 5,
    tokensToldByServer: true,
    status: 200,
    failure: null,
    ...more,
  };
}

/** At most so many requests in any 60 seconds for each client (a sliding window: exact, and bounded in memory). */

const WINDOW_MS = 60_000;
/** Clients remembered; beyond it the one that asked longest ago is forgotten. */
const MOST_CLIENTS = 10_000;

export interface Allowance {
  readonly admitted: boolean;
  /** Requests in any 60 seconds. */
  readonly limit: number;
  /** Requests that would be admitted at once after this one. */
  readonly remaining: number;
  /** Until one more is admitted than now; 0 where nothing is used up. Whole seconds, at least 1 where refused. */
  readonly resetS: number;
}

export class RateLimiter {
  readonly #perMinute: number;
  /** Times of admitted requests by client, the oldest first; clients in the order of their last request. */
  readonly #admitted = new Map<string, number[]>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** A refused request does not count. */
  admit(client: string, nowMs: number): Allowance {
    const times = (this.#admitted.get(client) ?? []).filter((time) => time > nowMs - WINDOW_MS);
    const admitted = times.length < this.#perMinute;
    if (admitted) times.push(nowMs);
    this.#admitted.delete(client);
    this.#admitted.set(client, times);
    if (this.#admitted.size > MOST_CLIENTS) {
      const [first] = this.#admitted.keys();
      if (first !== undefined) this.#admitted.delete(first);
    }
    return {
      admitted,
      limit: this.#perMinute,
      remaining: this.#perMinute - times.length,
      // There is a first: either this request or one that stands in its way.
      resetS: Math.max(1, Math.ceil((times[0]! + WINDOW_MS - nowMs) / 1000)),
    };
  }
}

/** At most so many requests in any 60 seconds for each client (a sliding window: exact, and bounded in memory). */

const WINDOW_MS = 60_000;
/** Clients remembered; beyond it the one that asked longest ago is forgotten. */
const MOST_CLIENTS = 10_000;

export class RateLimiter {
  readonly #perMinute: number;
  /** Times of admitted requests by client, the oldest first; clients in the order of their last request. */
  readonly #admitted = new Map<string, number[]>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** null when the request is admitted, otherwise the seconds after which to try again.
   *  A refused request does not count. */
  admit(client: string, nowMs: number): number | null {
    const times = (this.#admitted.get(client) ?? []).filter((time) => time > nowMs - WINDOW_MS);
    const oldest = times[0];
    const refused = times.length >= this.#perMinute && oldest !== undefined;
    if (!refused) times.push(nowMs);
    this.#admitted.delete(client);
    this.#admitted.set(client, times);
    if (this.#admitted.size > MOST_CLIENTS) {
      const [first] = this.#admitted.keys();
      if (first !== undefined) this.#admitted.delete(first);
    }
    return refused ? Math.max(1, Math.ceil((oldest + WINDOW_MS - nowMs) / 1000)) : null;
  }
}

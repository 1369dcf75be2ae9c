/** Counts what a server has answered. Knows nothing of requests or models; is told, and tells. */

export interface ServerStats {
  /** Requests that reached the model and ended, well or not. */
  readonly totalRequests: number;
  readonly failedRequests: number;
  readonly activeRequests: number;
  /** Of successful requests, in seconds; 0 before the first. */
  readonly averageLatencyS: number;
  /** Requests that ended within the last 60 seconds. */
  readonly requestsPerMinute: number;
  readonly uptimeS: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Of several models of one server. */
export function mergeStats(all: readonly ServerStats[]): ServerStats {
  const total = (count: (stats: ServerStats) => number): number =>
    all.reduce((sum, stats) => sum + count(stats), 0);
  const succeeded = (stats: ServerStats): number => stats.totalRequests - stats.failedRequests;
  return {
    totalRequests: total((stats) => stats.totalRequests),
    failedRequests: total((stats) => stats.failedRequests),
    activeRequests: total((stats) => stats.activeRequests),
    averageLatencyS:
      total((stats) => stats.averageLatencyS * succeeded(stats)) / Math.max(1, total(succeeded)),
    requestsPerMinute: total((stats) => stats.requestsPerMinute),
    uptimeS: Math.max(...all.map((stats) => stats.uptimeS)),
    promptTokens: total((stats) => stats.promptTokens),
    completionTokens: total((stats) => stats.completionTokens),
  };
}

const MINUTE_S = 60;

/** Read and written for one request. */
export type Tokens = Pick<ServerStats, 'promptTokens' | 'completionTokens'>;

export class StatsRecorder {
  readonly #startedS: number;
  #active = 0;
  #succeeded = 0;
  #failed = 0;
  #latencySumS = 0;
  #promptTokens = 0;
  #completionTokens = 0;
  /** Requests that ended in each of the last 60 seconds, by second modulo 60. */
  readonly #perSecond = new Uint32Array(MINUTE_S);
  #lastSecond: number;

  /** @param nowS a clock's reading in seconds, here and below */
  constructor(nowS: number) {
    this.#startedS = nowS;
    this.#lastSecond = Math.floor(nowS);
  }

  start(): void {
    this.#active++;
  }

  succeed(nowS: number, latencyS: number, tokens: Tokens): void {
    this.#succeeded++;
    this.#latencySumS += latencyS;
    this.#promptTokens += tokens.promptTokens;
    this.#completionTokens += tokens.completionTokens;
    this.#end(nowS);
  }

  fail(nowS: number): void {
    this.#failed++;
    this.#end(nowS);
  }

  read(nowS: number): ServerStats {
    this.#forget(nowS);
    return {
      totalRequests: this.#succeeded + this.#failed,
      failedRequests: this.#failed,
      activeRequests: this.#active,
      averageLatencyS: this.#succeeded === 0 ? 0 : this.#latencySumS / this.#succeeded,
      requestsPerMinute: this.#perSecond.reduce((sum, count) => sum + count, 0),
      uptimeS: nowS - this.#startedS,
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
    };
  }

  #end(nowS: number): void {
    this.#active--;
    this.#forget(nowS);
    this.#perSecond[this.#lastSecond % MINUTE_S]!++;
  }

  /** Clears the seconds between the last event and now. */
  #forget(nowS: number): void {
    const second = Math.floor(nowS);
    const passed = Math.min(second - this.#lastSecond, MINUTE_S);
    for (let i = 1; i <= passed; i++) this.#perSecond[(this.#lastSecond + i) % MINUTE_S] = 0;
    this.#lastSecond = Math.max(this.#lastSecond, second);
  }
}

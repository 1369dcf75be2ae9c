/** What is kept of one request of a load test: one line of requests.jsonl. No prompt, no answer, no key.
 *  Times are in ms from the start of its repeat. */

/** Why a request did not succeed, coarse enough to count. */
export type FailureClass =
  /** 429. */
  | 'rateLimited'
  /** Any other status from 400 to 499. */
  | 'refused'
  /** 500 and above, or a redirect, which nobody follows here. */
  | 'serverError'
  | 'timeout'
  /** No connection, or one that broke. */
  | 'connection'
  /** It answered 200 with what is no answer. */
  | 'badAnswer'
  /** Still waiting for a free connection when the test was over. */
  | 'notSent';

export interface Failure {
  readonly class: FailureClass;
  /** Status, error code or what was wrong; short, without the key. */
  readonly detail: string;
}

export interface LoadRecord {
  /** Of the sweep, from 0; 0 where there is none. */
  readonly step: number;
  readonly repeat: number;
  readonly index: number;
  /** When it should have started: by the schedule, or, in a closed loop, when its user was free. */
  readonly intendedMs: number;
  /** When the generator came to it: later than intended only where the generator lagged. */
  readonly dueMs: number;
  /** When it was handed to a connection; null where it never was. */
  readonly sentMs: number | null;
  /** First text of a streamed answer. */
  readonly firstTokenMs: number | null;
  readonly endMs: number;
  /** Times between pieces of text of a streamed answer. */
  readonly itlMs: readonly number[];
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** The server told the completion tokens; otherwise pieces of text were counted. */
  readonly tokensToldByServer: boolean;
  readonly status: number | null;
  readonly failure: Failure | null;
}

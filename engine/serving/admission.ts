/** Lets a bounded number of generations in, and gives each a signal that fires when its client has gone, when its
 *  time is up, or when the server ends. Knows nothing of routes or models. */
import type { ServerResponse } from 'node:http';
import { type HttpError, invalidField, refusal } from './http-error.ts';

export interface AdmissionLimits {
  /** Generations at a time, the waiting ones included. */
  readonly max_queue: number;
  readonly request_timeout_ms: number;
}

/** Generations until all signals are made anew. */
const MOST_SERVED = 1_000;

/** A generation that was let in: from its request to the end of its work. */
interface Visit {
  readonly controller: AbortController;
  readonly generations: number;
  /** On the clock of `performance.now`. */
  readonly deadlineMs: number;
  readonly reject: (reason: HttpError) => void;
}

export class Admission {
  readonly #limits: AdmissionLimits;
  /** Those that nobody has given up, the earliest deadline first: all have the same time. */
  readonly #waiting = new Set<Visit>();
  /** One for all: it fires for the earliest deadline. */
  #timer: NodeJS.Timeout | null = null;
  /** A signal costs more to make than all else here, and one that never fired serves the next generation as well. */
  readonly #unfired: AbortController[] = [];
  #active = 0;
  #served = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Generations that are let in and have not ended. */
  get active(): number {
    return this.#active;
  }

  /** Gives up what is still in flight. */
  abortAll(): void {
    for (const visit of this.#waiting) {
      this.#giveUp(visit, refusal('E_DRAINING', 'The server is shutting down.'));
    }
  }

  /** Runs `work`, which makes `generations` of them. Their places are free again when the work has ended, not
   *  merely when its client was answered: until then it occupies the model. The signal is lent for as long: nothing
   *  of the work listens to it afterwards.
   *  @throws HttpError 422 for more than are ever let in, 429 when full, 499 when the client has gone, 503 when the
   *  server ends, 504 when the time is up */
  run<Result>(
    client: ServerResponse,
    work: (signal: AbortSignal) => Promise<Result>,
    generations = 1,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      // Nobody would read the answer, and no event would tell so any more.
      if (client.destroyed) throw gone();
      const visit = this.#enter(generations, reject);
      client.on('close', () => {
        if (!client.writableFinished) this.#giveUp(visit, gone());
      });
      const fail = (error: unknown): void => {
        this.#leave(visit);
        reject(error);
      };
      try {
        work(visit.controller.signal).then((result) => {
          this.#leave(visit);
          return resolve(result);
        }, fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  #enter(generations: number, reject: Visit['reject']): Visit {
    const { max_queue: most, request_timeout_ms: timeoutMs } = this.#limits;
    if (generations > most) {
      throw invalidField('body', `asks for ${generations} answers at once, more than ${most}`, 'maximum');
    }
    if (this.#active + generations > most) {
      throw refusal('E_QUEUE_FULL', 'The server has as many requests as it takes at a time.', {
        retryAfterS: 1,
      });
    }
    const controller = this.#unfired.pop() ?? new AbortController();
    const visit = { controller, generations, deadlineMs: performance.now() + timeoutMs, reject };
    this.#waiting.add(visit);
    this.#active += generations;
    if (this.#timer === null) this.#wake(timeoutMs);
    return visit;
  }

  #leave(visit: Visit): void {
    this.#waiting.delete(visit);
    this.#active -= visit.generations;
    if (!visit.controller.signal.aborted) this.#unfired.push(visit.controller);
    // Signals that were derived from one stay known to it: none lives for ever.
    if (++this.#served % MOST_SERVED === 0) this.#unfired.length = 0;
  }

  /** An answer does not wait for a model that is slow to give up. Its client is told here, since a listener on the
   *  signal would cost more than all else that is done for a request. */
  #giveUp(visit: Visit, reason: HttpError): void {
    // Nothing to give up where it has ended, or was given up before.
    if (!this.#waiting.delete(visit)) return;
    visit.controller.abort(reason);
    visit.reject(reason);
  }

  #wake(delayMs: number): void {
    this.#timer = setTimeout(() => this.#giveUpLate(), delayMs);
    // A server without requests need not wait for it.
    this.#timer.unref();
  }

  #giveUpLate(): void {
    const { request_timeout_ms: timeoutMs } = this.#limits;
    this.#timer = null;
    for (const visit of this.#waiting) {
      const leftMs = visit.deadlineMs - performance.now();
      if (leftMs > 0) return this.#wake(Math.max(1, Math.ceil(leftMs)));
      this.#giveUp(visit, refusal('E_TIMEOUT', `The answer took longer than ${timeoutMs} ms.`));
    }
  }
}

function gone(): HttpError {
  return refusal('E_ABORTED', 'The client went away.');
}

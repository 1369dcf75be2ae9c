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

type GiveUp = (reason: HttpError) => void;

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #inFlight = new Set<GiveUp>();
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
    for (const giveUp of this.#inFlight) giveUp(refusal('E_DRAINING', 'The server is shutting down.'));
  }

  /** Runs `work`, which makes `generations` of them. Their places are free again when the work has ended, not
   *  merely when its client was answered: until then it occupies the model. The signal is lent for as long: nothing
   *  of the work listens to it afterwards.
   *  @throws HttpError 422 for more than are ever let in, 429 when full, 503 when the server ends, 504 when the time
   *  is up */
  async run<Result>(
    client: ServerResponse,
    work: (signal: AbortSignal) => Promise<Result>,
    generations = 1,
  ): Promise<Result> {
    const { max_queue: most, request_timeout_ms: timeoutMs } = this.#limits;
    if (generations > most) {
      throw invalidField('body', `asks for ${generations} answers at once, more than ${most}`, 'maximum');
    }
    if (this.#active + generations > most) {
      throw refusal('E_QUEUE_FULL', 'The server has as many requests as it takes at a time.', {
        retryAfterS: 1,
      });
    }
    return await new Promise<Result>((resolve, reject) => {
      const controller = this.#unfired.pop() ?? new AbortController();
      const { signal } = controller;
      // An answer does not wait for a model that is slow to give up. Told here, since a listener on the signal would
      // cost more than all else that is done for a request.
      const giveUp: GiveUp = (reason) => {
        controller.abort(reason);
        reject(reason);
      };
      const onClose = (): void => {
        if (!client.writableFinished) giveUp(refusal('E_ABORTED', 'The client went away.'));
      };
      const timer = setTimeout(
        () => giveUp(refusal('E_TIMEOUT', `The answer took longer than ${timeoutMs} ms.`)),
        timeoutMs,
      );
      client.on('close', onClose);
      this.#inFlight.add(giveUp);
      this.#active += generations;
      const leave = (): void => {
        this.#inFlight.delete(giveUp);
        this.#active -= generations;
        clearTimeout(timer);
        client.off('close', onClose);
        if (!signal.aborted) this.#unfired.push(controller);
        // Signals that were derived from one stay known to it: none lives for ever.
        if (++this.#served % MOST_SERVED === 0) this.#unfired.length = 0;
      };
      const leavingBy =
        <Outcome>(end: (outcome: Outcome) => void) =>
        (outcome: Outcome): void => {
          leave();
          end(outcome);
        };
      work(signal).then(leavingBy(resolve), leavingBy(reject));
    });
  }
}

/** Lets a bounded number of generations in, and gives each a signal that fires when its client has gone, when its
 *  time is up, or when the server ends. Knows nothing of routes or models. */
import type { ServerResponse } from 'node:http';
import { invalidField, refusal } from './http-error.ts';

export interface AdmissionLimits {
  /** Generations at a time, the waiting ones included. */
  readonly max_queue: number;
  readonly request_timeout_ms: number;
}

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #active = new Map<AbortController, number>();

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Generations that are let in and have not ended. */
  get active(): number {
    return [...this.#active.values()].reduce((sum, generations) => sum + generations, 0);
  }

  /** Gives up what is still in flight. */
  abortAll(): void {
    for (const slot of this.#active.keys()) {
      slot.abort(refusal('E_DRAINING', 'The server is shutting down.'));
    }
  }

  /** Runs `work`, which makes `generations` of them. Their places are free again when the work has ended, not
   *  merely when its client was answered: until then it occupies the model.
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
    if (this.active + generations > most) {
      throw refusal('E_QUEUE_FULL', 'The server has as many requests as it takes at a time.', {
        retryAfterS: 1,
      });
    }
    const slot = new AbortController();
    const onClose = (): void => {
      if (!client.writableFinished) slot.abort(refusal('E_ABORTED', 'The client went away.'));
    };
    const timer = setTimeout(
      () => slot.abort(refusal('E_TIMEOUT', `The answer took longer than ${timeoutMs} ms.`)),
      timeoutMs,
    );
    client.once('close', onClose);
    this.#active.set(slot, generations);
    const working = work(slot.signal).finally(() => {
      this.#active.delete(slot);
      clearTimeout(timer);
      client.off('close', onClose);
    });
    // When the race was lost to the signal, a failure of the work has nobody to tell.
    working.catch(() => undefined);
    try {
      return await Promise.race([working, rejectionOf(slot.signal)]);
    } catch (error) {
      throw slot.signal.aborted ? slot.signal.reason : error;
    }
  }
}

/** Rejects when the signal fires: an answer does not wait for a model that is slow to give up. */
async function rejectionOf(signal: AbortSignal): Promise<never> {
  return await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

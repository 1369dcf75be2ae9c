/** Training state and graphs in a worker thread, by calls. Knows nothing of data order or schedules. */
import { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.ts';
import type { BatchData } from './batch.ts';
import type {
  Evaluation,
  SessionCalls,
  SessionInit,
  SessionReply,
  StepRequest,
  StepResult,
  TrainingState,
} from './session-protocol.ts';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Within dist/ both files are JavaScript. */
const workerModule = `./session-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;

export class TrainingSession {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #death: Error | undefined;

  private constructor(init: SessionInit) {
    this.#worker = new Worker(new URL('../worker-entry.js', import.meta.url), {
      workerData: { entry: new URL(workerModule, import.meta.url).href, init },
      // The parent's loaders are none of the worker's: worker-entry.js registers its own.
      execArgv: [],
      transferList: [...new Set([...init.state.values()].map((array) => array.buffer as ArrayBuffer))],
    });
    this.#worker.on('message', (reply: SessionReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('error' in reply) waiting?.reject(reply.error);
      else waiting?.resolve(reply.result);
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new EngineError('E_WORKER_DIED', 'the training worker ended')));
  }

  /** Ready to step. The arrays of `init.state` move to the worker and are empty afterwards. */
  static async start(init: SessionInit): Promise<TrainingSession> {
    const session = new TrainingSession(init);
    await session.#reply(0);
    return session;
  }

  /** Takes one optimiser step. The batches' arrays move to the worker. */
  step(request: StepRequest): Promise<StepResult> {
    return this.#call('step', request, request.batches.flatMap(buffersOf));
  }

  /** Loss of a batch under the current weights. The batch's arrays move to the worker. */
  evaluate(batch: BatchData): Promise<Evaluation> {
    return this.#call('evaluate', { batch }, buffersOf(batch));
  }

  /** Copies of the parameters and moments of these names. */
  readState(names: readonly string[]): Promise<TrainingState> {
    return this.#call('readState', names, []);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #call<Kind extends keyof SessionCalls>(
    kind: Kind,
    content: SessionCalls[Kind]['request'],
    transfer: ArrayBuffer[],
  ): Promise<SessionCalls[Kind]['reply']> {
    const id = this.#nextId++;
    const reply = this.#reply(id);
    this.#worker.postMessage({ id, kind, content }, transfer);
    return reply as Promise<SessionCalls[Kind]['reply']>;
  }

  #reply(id: number): Promise<unknown> {
    if (this.#death) return Promise.reject(this.#death);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #fail(error: Error): void {
    this.#death ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#death);
    this.#waiting.clear();
  }
}

function buffersOf(batch: BatchData): ArrayBuffer[] {
  return Object.values(batch).map((array: Float32Array | BigInt64Array) => array.buffer as ArrayBuffer);
}

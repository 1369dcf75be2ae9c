/** Several models at once, loaded when first asked for; those unused for longest are closed when memory runs short.
 *  Knows sizes and times of use; knows nothing of requests. */
import { totalmem } from 'node:os';
import type { Model } from './model.ts';

export interface ModelPoolOptions {
  /** Of the weights of all loaded models together; default half of the machine's memory. A model that is larger by
   *  itself is loaded alone. */
  readonly maxBytes?: number;
}

interface Entry {
  readonly model: Promise<Model>;
  bytes: number;
  /** Who works with it; such a model is never closed. */
  users: number;
}

/** Bytes of a weight by dtype: int8 and int4 with their blocks' scales. */
const bytesPerWeight: Readonly<Record<string, number>> = { float32: 4, float16: 4, int8: 1.1, int4: 0.6 };

export class ModelPool {
  readonly #maxBytes: number;
  readonly #open: (reference: string) => Promise<Model>;
  /** In the order of their last use, the oldest first. */
  readonly #entries = new Map<string, Entry>();

  /** @param open loads a model by its reference */
  constructor(open: (reference: string) => Promise<Model>, options: ModelPoolOptions = {}) {
    this.#open = open;
    this.#maxBytes = options.maxBytes ?? totalmem() / 2;
  }

  /** References of the models that are loaded, the one used last at the end. */
  get loaded(): string[] {
    return [...this.#entries.keys()];
  }

  /** Works with a model, which stays loaded meanwhile. Those who ask for one at the same time share it.
   *  @throws whatever loading it throws; it can be asked for again */
  async use<Result>(reference: string, work: (model: Model) => Promise<Result>): Promise<Result> {
    const entry = this.#entries.get(reference) ?? this.#load(reference);
    this.#entries.delete(reference);
    this.#entries.set(reference, entry);
    entry.users++;
    try {
      return await work(await entry.model);
    } finally {
      entry.users--;
      await this.#shrink();
    }
  }

  /** Closes all models; fails what is under way. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.allSettled(
      entries.map(async ({ model }) => {
        await (await model).close();
      }),
    );
  }

  #load(reference: string): Entry {
    const entry: Entry = {
      users: 0,
      bytes: 0,
      model: this.#open(reference).then(
        async (model) => {
          entry.bytes = (model.info.parameterCount ?? 0) * (bytesPerWeight[model.info.dtype] ?? 4);
          await this.#shrink();
          return model;
        },
        (error: unknown) => {
          if (this.#entries.get(reference) === entry) this.#entries.delete(reference);
          throw error;
        },
      ),
    };
    return entry;
  }

  /** Closes idle models, the one unused for longest first, until the rest fits; the one used last stays. */
  async #shrink(): Promise<void> {
    const closing: Promise<void>[] = [];
    let bytes = [...this.#entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const [reference, entry] of [...this.#entries].slice(0, -1)) {
      if (bytes <= this.#maxBytes) break;
      if (entry.users > 0) continue;
      this.#entries.delete(reference);
      bytes -= entry.bytes;
      closing.push(entry.model.then((model) => model.close()));
    }
    await Promise.all(closing);
  }
}

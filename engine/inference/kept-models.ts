/** Loaded models that nobody asks at the moment, to be taken up again without loading: as many as fit into memory, the
 *  ones used last.
 *  Knows sizes; knows nothing of where models come from. */
import type { EngineModel } from './engine-model.ts';

/** Of the weights; nothing where the model does not tell, as an exported graph does not. */
const bytesOf = ({ info }: EngineModel): number | null => info.weightBytes ?? null;

export class KeptModels {
  readonly #maxBytes: number;
  /** In the order of their use, the oldest first. */
  readonly #models = new Map<string, EngineModel>();

  /** @param maxBytes of the weights of all kept models together */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The model under a key, which is then the caller's; null where there is none. */
  take(key: string): EngineModel | null {
    const model = this.#models.get(key) ?? null;
    this.#models.delete(key);
    return model;
  }

  /** Keeps a model, and closes those unused for longest until the rest fits: it too, where it is too large by itself or
   *  its size is not known. */
  async keep(key: string, model: EngineModel): Promise<void> {
    const before = this.take(key);
    this.#models.set(key, model);
    const closing = before === null ? [] : [before];
    let bytes = [...this.#models.values()].reduce((sum, each) => sum + (bytesOf(each) ?? 0), 0);
    for (const [old, each] of this.#models) {
      const size = bytesOf(each);
      if (size !== null && bytes <= this.#maxBytes) continue;
      this.#models.delete(old);
      bytes -= size ?? 0;
      closing.push(each);
    }
    await Promise.all(closing.map((each) => each.close()));
  }

  async close(): Promise<void> {
    const models = [...this.#models.values()];
    this.#models.clear();
    await Promise.all(models.map((model) => model.close()));
  }
}

/** ModelServer: a model, loaded once, that counts what it is asked; another may take its place while requests go on.
 *  Any Model can stand behind it.
 *  Knows nothing of HTTP; requests go to the model as they come, which queues or batches them. */
import { EngineError } from '../errors.ts';
import type {
  GenerateOptions,
  GenerateRequest,
  GenerateResult,
  LogLikelihoodRequest,
  LogLikelihoodResult,
  Model,
  ModelInfo,
  ModelLoad,
  ModelTokenizer,
} from '../inference/model.ts';
import { type ServerStats, StatsRecorder, type Tokens } from './server-stats.ts';

const NO_TOKENS: Tokens = { promptTokens: 0, completionTokens: 0 };

const nowS = (): number => performance.now() / 1000;

/** A loaded model and the requests that it is answering. */
interface Serving {
  readonly model: Model;
  active: number;
  /** Called when the last request has ended; set once the model no longer gets new ones. */
  onIdle: (() => void) | null;
}

export class ModelServer {
  readonly #load: () => Promise<Model>;
  readonly #stats = new StatsRecorder(nowS());
  #loading: Promise<Model> | null = null;
  #serving: Serving | null = null;
  /** Replacements, one after the other. */
  #replacing: Promise<unknown> = Promise.resolve();
  /** Models that answer their last requests, and when they are closed. */
  readonly #retiring = new Map<Serving, Promise<void>>();
  #onGenerated: (result: GenerateResult) => void = () => undefined;

  /** @param load called once, by `loadModel` */
  constructor(load: () => Promise<Model>) {
    this.#load = load;
  }

  /** Resolves when the model is ready; a second call waits for the first. After a failure it may be tried again. */
  async loadModel(): Promise<void> {
    this.#loading ??= this.#load();
    try {
      const model = await this.#loading;
      this.#serving ??= serving(model);
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }

  /** Loads another model beside the one that serves; resolves when it has taken its place. Requests in flight end on
   *  the old one, which is then closed. Where loading fails, the old one goes on as before.
   *  @throws EngineError E_MODEL_CLOSED when there is no model to replace, and whatever `load` throws */
  async replaceModel(load: () => Promise<Model>): Promise<void> {
    const replacing = this.#replacing.then(() => this.#replace(load));
    this.#replacing = replacing.catch(() => undefined);
    await replacing;
  }

  async #replace(load: () => Promise<Model>): Promise<void> {
    this.#ready();
    const model = await load();
    const old = this.#serving;
    if (old === null) {
      await model.close();
      throw closed();
    }
    this.#serving = serving(model);
    const retired = retire(old);
    this.#retiring.set(old, retired);
    // A failure to close stays there, for whoever closes the server.
    void retired.then(
      () => this.#retiring.delete(old),
      () => undefined,
    );
  }

  isReady(): boolean {
    return this.#serving !== null;
  }

  /** @throws EngineError E_MODEL_CLOSED before `loadModel` and after `close` */
  get info(): ModelInfo {
    return this.#ready().model.info;
  }

  /** Null where the model keeps its tokens to itself.
   *  @throws EngineError E_MODEL_CLOSED before `loadModel` and after `close` */
  get tokenizer(): ModelTokenizer | null {
    return this.#ready().model.tokenizer ?? null;
  }

  /** Null where the model does not know.
   *  @throws EngineError E_MODEL_CLOSED before `loadModel` and after `close` */
  get load(): ModelLoad | null {
    return this.#ready().model.load?.() ?? null;
  }

  /** @throws EngineError E_PROMPT_EMPTY, and whatever the model throws */
  async generate(prompt: string, options: GenerateOptions = {}): Promise<GenerateResult> {
    return await this.complete({ ...options, prompt });
  }

  /** Results in the order of the prompts; rejects as a whole when one fails. */
  async generateBatch(prompts: readonly string[], options: GenerateOptions = {}): Promise<GenerateResult[]> {
    return await Promise.all(prompts.map((prompt) => this.generate(prompt, options)));
  }

  /** Any request of the Model interface, a chat's messages included. */
  async complete(request: GenerateRequest): Promise<GenerateResult> {
    if (request.prompt === '') throw new EngineError('E_PROMPT_EMPTY', 'The prompt is empty.');
    return await this.#counted(
      (model) => model.generate(request),
      (result) => {
        this.#onGenerated(result);
        return result.usage;
      },
    );
  }

  async logLikelihood(request: LogLikelihoodRequest): Promise<LogLikelihoodResult> {
    return await this.#counted(
      (model) => model.logLikelihood(request),
      () => NO_TOKENS,
    );
  }

  /** @param listener told of each generation that ended well; the last one given is told */
  onGenerated(listener: (result: GenerateResult) => void): void {
    this.#onGenerated = listener;
  }

  getStats(): ServerStats {
    return this.#stats.read(nowS());
  }

  async close(): Promise<void> {
    const current = this.#serving;
    this.#serving = null;
    this.#loading = null;
    for (const old of this.#retiring.keys()) old.onIdle?.();
    await Promise.all([current?.model.close(), ...this.#retiring.values()]);
  }

  #ready(): Serving {
    if (this.#serving === null) throw closed();
    return this.#serving;
  }

  async #counted<Result>(
    ask: (model: Model) => Promise<Result>,
    tokensOf: (result: Result) => Tokens,
  ): Promise<Result> {
    const asked = this.#ready();
    const startedS = nowS();
    this.#stats.start();
    asked.active++;
    try {
      const result = await ask(asked.model);
      const endedS = nowS();
      this.#stats.succeed(endedS, endedS - startedS, tokensOf(result));
      return result;
    } catch (error) {
      this.#stats.fail(nowS());
      throw error;
    } finally {
      asked.active--;
      if (asked.active === 0) asked.onIdle?.();
    }
  }
}

function serving(model: Model): Serving {
  return { model, active: 0, onIdle: null };
}

async function retire(old: Serving): Promise<void> {
  if (old.active > 0) {
    await new Promise<void>((resolve) => {
      old.onIdle = resolve;
    });
  }
  await old.model.close();
}

function closed(): EngineError {
  return new EngineError('E_MODEL_CLOSED', 'No model is loaded.');
}

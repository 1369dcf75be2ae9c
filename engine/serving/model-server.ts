/** ModelServer: a model, loaded once, that counts what it is asked. Any Model can stand behind it.
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
} from '../inference/model.ts';
import { type ServerStats, StatsRecorder } from './server-stats.ts';

const nowS = (): number => performance.now() / 1000;

export class ModelServer {
  readonly #load: () => Promise<Model>;
  readonly #stats = new StatsRecorder(nowS());
  #loading: Promise<Model> | null = null;
  #model: Model | null = null;

  /** @param load called once, by `loadModel` */
  constructor(load: () => Promise<Model>) {
    this.#load = load;
  }

  /** Resolves when the model is ready; a second call waits for the first. After a failure it may be tried again. */
  async loadModel(): Promise<void> {
    this.#loading ??= this.#load();
    try {
      this.#model = await this.#loading;
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }

  isReady(): boolean {
    return this.#model !== null;
  }

  /** @throws EngineError E_MODEL_CLOSED before `loadModel` and after `close` */
  get info(): ModelInfo {
    return this.#ready().info;
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
      ({ usage }) => ({ prompt: usage.promptTokens, completion: usage.completionTokens }),
    );
  }

  async logLikelihood(request: LogLikelihoodRequest): Promise<LogLikelihoodResult> {
    return await this.#counted(
      (model) => model.logLikelihood(request),
      () => ({ prompt: 0, completion: 0 }),
    );
  }

  getStats(): ServerStats {
    return this.#stats.read(nowS());
  }

  async close(): Promise<void> {
    const model = this.#model;
    this.#model = null;
    this.#loading = null;
    await model?.close();
  }

  #ready(): Model {
    if (this.#model === null) throw new EngineError('E_MODEL_CLOSED', 'No model is loaded.');
    return this.#model;
  }

  async #counted<Result>(
    ask: (model: Model) => Promise<Result>,
    tokensOf: (result: Result) => { prompt: number; completion: number },
  ): Promise<Result> {
    const model = this.#ready();
    const startedS = nowS();
    this.#stats.start();
    try {
      const result = await ask(model);
      this.#stats.succeed(nowS(), nowS() - startedS, tokensOf(result));
      return result;
    } catch (error) {
      this.#stats.fail(nowS());
      throw error;
    }
  }
}

/** A model in a worker thread, as a Model. Knows requests and messages; the worker knows how they are computed. */
import { basename, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.ts';
import { bytesOf } from '../checkpoint/file-identity.ts';
import type { AdapterChoice } from './adapters.ts';
import { chooseDevice, type Device } from '../device/devices.ts';
import { isPrecision, precisions, type Precision } from '../nn/precision.ts';
import type {
  GenerateRequest,
  GenerateResult,
  LogLikelihoodRequest,
  LogLikelihoodResult,
  Model,
  ModelInfo,
  ModelInput,
  ModelLoad,
  ModelTokenizer,
  TokenText,
} from './model.ts';
import {
  clockMs,
  fromPlainError,
  type FromWorker,
  type LoadedModel,
  type ToWorker,
  type WorkerInput,
} from './protocol.ts';
import { checkGenerateRequest, checkInput, checkLogLikelihoodRequest } from './request.ts';

export interface LoadOptions {
  /** Default 'auto', which picks what the machine has. */
  readonly device?: 'auto' | Device;
  /** Default float32. */
  readonly dtype?: Precision;
  /** The reference by which the user asked for it; default the path. */
  readonly reference?: string;
  /** Default the last part of the path. */
  readonly name?: string;
  /** Where the graph of a larger model is kept; default a folder of the user's own among the temporary files. */
  readonly cacheFolder?: string;
  /** An adapter in PEFT's layout; default the one in the model's own folder `adapter/`, merged, where there is one. */
  readonly adapter?: AdapterChoice;
}

/** Three semi-spaces of 4 MB. */
const YOUNG_GENERATION_MB = 12;

/** Loads a Hugging Face folder or a GGUF file into a worker thread of its own. `close` ends the thread.
 *  @throws EngineError as `readCheckpoint`, E_DEVICE_UNAVAILABLE, E_REQUEST_INVALID for another dtype */
export async function loadModel(path: string, options: LoadOptions = {}): Promise<EngineModel> {
  const { dtype = 'float32' } = options;
  if (!isPrecision(dtype)) {
    const known = Object.keys(precisions).join(', ');
    throw new EngineError('E_REQUEST_INVALID', `dtype should be one of ${known}, not ${String(dtype)}`);
  }
  const { device, reason: deviceReason } = await chooseDevice(options.device ?? 'auto', await bytesOf(path));
  // Within dist/ both files are JavaScript.
  const entry = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
  const { cacheFolder, adapter } = options;
  const input: WorkerInput = {
    entry: entry.href,
    path: resolve(path),
    precision: dtype,
    device,
    cacheFolder: cacheFolder === undefined ? null : resolve(cacheFolder),
    adapter: adapter ?? null,
  };
  const worker = new Worker(new URL('../worker-entry.js', import.meta.url), {
    workerData: input,
    // The parent's loaders are none of the worker's: worker-entry.js registers its own.
    execArgv: [],
    // Reading a tokenizer would grow it to 48 MB, and it never shrinks again; steps leave little behind.
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const loaded = await new Promise<LoadedModel>((settle, reject) => {
    worker.once('message', (message: FromWorker) => {
      if (message.type === 'loaded') settle(message.model);
      else if (message.type === 'loadFailed') reject(fromPlainError(message.error));
    });
    worker.once('error', (cause) => reject(workerDied(String(cause), cause)));
    worker.once('exit', (code) => reject(workerDied(`it ended with code ${code} while loading`)));
  }).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  const { bosToken, eosToken, chatTemplate, ...known } = loaded;
  const info: ModelInfo = {
    reference: options.reference ?? path,
    name: options.name ?? basename(input.path).replace(/\.gguf$/i, ''),
    kind: 'engine',
    device,
    deviceReason,
    dtype,
    scoresText: true,
    constrains: true,
    ...known,
  };
  return new EngineModel(worker, info, { bosToken, eosToken, chatTemplate });
}

interface Pending {
  /** Whether the model has begun to work on it. */
  started: boolean;
  settle(message: FromWorker): void;
  fail(error: unknown): void;
  readonly onText: GenerateRequest['onText'];
}

export class EngineModel implements Model {
  #info: ModelInfo;
  readonly tokenizer: ModelTokenizer;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  /** Why no more requests are taken; null while they are. */
  #gone: EngineError | null = null;
  /** Settled when no adapter is being switched. */
  #switching: Promise<unknown> | null = null;

  constructor(
    worker: Worker,
    info: ModelInfo,
    tokenizer: Pick<ModelTokenizer, 'bosToken' | 'eosToken' | 'chatTemplate'>,
  ) {
    this.#info = info;
    this.tokenizer = {
      ...tokenizer,
      encode: (input, addSpecialTokens = true) => this.#encode(input, addSpecialTokens),
      decode: (tokens) => this.#decode(tokens),
    };
    this.#worker = worker;
    worker.removeAllListeners('error').removeAllListeners('exit');
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('error', (cause) => this.#end(workerDied(String(cause), cause)));
    worker.on('exit', (code) => this.#end(workerDied(`it ended with code ${code}`)));
    // An idle model does not keep the process alive.
    worker.unref();
  }

  get info(): ModelInfo {
    return this.#info;
  }

  /** Another adapter, or none for null, once what is under way is done; what is asked meanwhile waits for it.
   *  @throws EngineError E_REQUEST_INVALID where the model was not loaded for it; as `readLoraAdapter` */
  async useAdapter(path: string | null): Promise<void> {
    while (this.#switching) await this.#switching;
    const switching = this.#switchAdapter(path);
    this.#switching = switching.catch(() => undefined);
    try {
      await switching;
    } finally {
      this.#switching = null;
    }
  }

  async #switchAdapter(path: string | null): Promise<void> {
    const message = await this.#tell(undefined, undefined, (id) => ({ type: 'adapter', id, path }));
    if (message.type !== 'adapted') throw workerDied(`it answered ${message.type}`);
    const { adapter: _before, ...digests } = this.#info.digests!;
    this.#info = {
      ...this.#info,
      digests: { ...digests, ...(message.digest !== null && { adapter: message.digest }) },
    };
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    const startMs = clockMs();
    const sampling = checkGenerateRequest(request);
    const message = await this.#ask(request.signal, request.onText, (id) => ({
      type: 'generate',
      id,
      input: plainInput(request),
      sampling,
      logprobs: {
        generated: request.logprobs ?? false,
        prompt: request.promptLogprobs ?? false,
        top: request.topLogprobs ?? 0,
      },
      wantsText: request.onText !== undefined,
    }));
    if (message.type !== 'generated') throw workerDied(`it answered ${message.type}`);
    const { result, promptTokens, startedAtMs, tokensAtMs } = message;
    const completionTokens = result.tokens.length;
    return {
      text: result.text,
      tokens: result.tokens,
      ...(request.logprobs ? { logprobs: result.logprobs } : {}),
      ...(result.endLogprob ? { endLogprob: result.endLogprob } : {}),
      ...(request.promptLogprobs ? { promptLogprobs: result.promptLogprobs } : {}),
      usage: { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens },
      finishReason: result.finishReason,
      timing: {
        latencyMs: tokensAtMs.at(-1)! - startMs,
        ttftMs: tokensAtMs[0]! - startMs,
        queueMs: startedAtMs - startMs,
        tokenGapsMs: tokensAtMs.slice(1).map((atMs, i) => atMs - tokensAtMs[i]!),
      },
    };
  }

  async logLikelihood(request: LogLikelihoodRequest): Promise<LogLikelihoodResult> {
    checkLogLikelihoodRequest(request);
    const message = await this.#ask(request.signal, undefined, (id) => ({
      type: 'logLikelihood',
      id,
      input: plainInput(request),
      completion: request.completion,
    }));
    if (message.type !== 'scored') throw workerDied(`it answered ${message.type}`);
    const { logprobs, greedy } = message.result;
    return { logLikelihood: logprobs.reduce((sum, logprob) => sum + logprob, 0), logprobs, greedy };
  }

  load(): ModelLoad {
    const running = [...this.#pending.values()].filter(({ started }) => started).length;
    return { running, waiting: this.#pending.size - running };
  }

  async #encode(input: ModelInput, addSpecialTokens: boolean): Promise<readonly TokenText[]> {
    checkInput(input);
    const plain = plainInput(input);
    const message = await this.#ask(undefined, undefined, (id) => ({
      type: 'encode',
      id,
      input: plain,
      addSpecialTokens,
    }));
    if (message.type !== 'encoded') throw workerDied(`it answered ${message.type}`);
    return message.tokens;
  }

  async #decode(tokens: readonly number[]): Promise<string> {
    if (tokens.length === 0) return '';
    checkInput({ tokens });
    const message = await this.#ask(undefined, undefined, (id) => ({
      type: 'decode',
      id,
      tokens: [...tokens],
    }));
    if (message.type !== 'decoded') throw workerDied(`it answered ${message.type}`);
    return message.text;
  }

  async close(): Promise<void> {
    if (this.#gone) return;
    this.#end(new EngineError('E_MODEL_CLOSED', `the model ${this.info.name} was closed`));
    this.#worker.ref();
    await new Promise<void>((settle) => {
      this.#worker.once('exit', () => settle());
      this.#send({ type: 'close' });
    });
  }

  async #ask(
    signal: AbortSignal | undefined,
    onText: GenerateRequest['onText'],
    messageOf: (id: number) => ToWorker,
  ): Promise<FromWorker> {
    while (this.#switching) await this.#switching;
    return this.#tell(signal, onText, messageOf);
  }

  #tell(
    signal: AbortSignal | undefined,
    onText: GenerateRequest['onText'],
    messageOf: (id: number) => ToWorker,
  ): Promise<FromWorker> {
    if (this.#gone) return Promise.reject(this.#gone);
    if (signal?.aborted) return Promise.reject(aborted());
    const id = this.#nextId++;
    return new Promise<FromWorker>((settle, fail) => {
      const onAbort = () => {
        this.#send({ type: 'abort', id });
        this.#take(id)?.fail(aborted());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const release = () => signal?.removeEventListener('abort', onAbort);
      this.#pending.set(id, {
        started: false,
        settle: (message) => (release(), settle(message)),
        fail: (error) => (release(), fail(error)),
        onText,
      });
      this.#worker.ref();
      this.#send(messageOf(id));
    });
  }

  #receive(message: FromWorker): void {
    if (!('id' in message)) return;
    if (message.type === 'started') {
      const pending = this.#pending.get(message.id);
      if (pending) pending.started = true;
      return;
    }
    if (message.type !== 'text') {
      const pending = this.#take(message.id);
      if (message.type === 'failed') pending?.fail(fromPlainError(message.error));
      else pending?.settle(message);
      return;
    }
    try {
      this.#pending.get(message.id)?.onText?.(message.text, message.logprobs);
    } catch (error) {
      // The caller's callback failed: its request fails, the model goes on.
      this.#send({ type: 'abort', id: message.id });
      this.#take(message.id)?.fail(error);
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    // While it closes, the worker's last answers must not let the process end before the worker has.
    if (this.#pending.size === 0 && !this.#gone) this.#worker.unref();
    return pending;
  }

  #end(error: EngineError): void {
    this.#gone ??= error;
    for (const id of this.#pending.keys()) this.#take(id)?.fail(this.#gone);
  }

  #send(message: ToWorker): void {
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    this.#worker.postMessage(message);
  }
}

function plainInput(input: ModelInput): ModelInput {
  if (input.messages) {
    return { messages: input.messages.map(({ role, content }) => ({ role, content })) };
  }
  if (input.tokens) return { tokens: [...input.tokens] };
  return { prompt: input.prompt, raw: input.raw ?? false };
}

function aborted(): EngineError {
  return new EngineError('E_ABORTED', 'the request was given up by its caller');
}

function workerDied(what: string, cause?: unknown): EngineError {
  return new EngineError('E_WORKER_DIED', `the inference worker is gone: ${what}`, { cause });
}

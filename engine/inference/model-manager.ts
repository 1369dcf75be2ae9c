/** ModelManager: the model that a configuration names, loaded when asked, answering prompts with text.
 *  Knows configuration keys, and which adapter is wanted; everything else is the Model's. */
import { resolve } from 'node:path';
import { identityOf } from '../checkpoint/file-identity.ts';
import { readTokenizerFiles } from '../checkpoint/read-checkpoint.ts';
import type { ModelConfig } from '../config/config-types.ts';
import { EngineError } from '../errors.ts';
import { createTokenizer, type Tokenizer } from '../tokenizer/tokenizer.ts';
import type { AdapterChoice } from './adapters.ts';
import { loadModel, type EngineModel, type LoadOptions } from './engine-model.ts';
import { KeptModels } from './kept-models.ts';
import type { GenerateOptions, Model } from './model.ts';

export type ManagedModelConfig = Pick<ModelConfig, 'name' | 'cache_dir' | 'device' | 'torch_dtype'>;

export interface ModelManagerOptions {
  /** Of the weights of models that were loaded before the present one and stay in memory, so that going back to one of
   *  them takes no loading; those unused for longest are closed first. Default 0: one model at a time. */
  readonly keepBytes?: number;
}

export interface ApplyLoraOptions {
  /** Into the weights: as fast as a model without an adapter, but another takes loading the model anew. Default false:
   *  adapters are switched while the model stays loaded. */
  readonly merge?: boolean;
}

export class ModelManager {
  readonly config: ManagedModelConfig;
  /** null until a model is loaded. */
  model: Model | null = null;
  tokenizer: Tokenizer | null = null;
  /** The model with what the engine alone can do. */
  #engineModel: EngineModel | null = null;
  /** What was loaded last. */
  #path: string;
  #adapter: AdapterChoice | null = null;
  /** Under which the present model is kept. */
  #key = '';
  readonly #kept: KeptModels;

  constructor(config: ManagedModelConfig, { keepBytes = 0 }: ModelManagerOptions = {}) {
    this.config = config;
    this.#path = config.name;
    this.#kept = new KeptModels(keepBytes);
  }

  /** Loads the folder or GGUF file that `name` says.
   *  @throws EngineError E_MODEL_NOT_FOUND, E_MODEL_UNSUPPORTED, E_CHECKPOINT_INVALID, E_TOKENIZER_INVALID,
   *  E_DEVICE_UNAVAILABLE, E_REQUEST_INVALID for a precision it does not have */
  loadModel(): Promise<Model> {
    return this.loadModelFromCheckpoint(this.config.name);
  }

  /** Loads another checkpoint under the same configuration, in place of what was loaded before, which is closed unless
   *  it is kept. A kept one whose files are as they were is taken up again. An adapter that was applied is applied. */
  loadModelFromCheckpoint(path: string): Promise<Model> {
    return this.#load(path, this.#adapter);
  }

  /** The adapter in a folder of PEFT's layout, on top of the model: of the one that is loaded, or else of the one that
   *  will be. What is under way finishes as it began.
   *  @throws EngineError E_MODEL_NOT_FOUND, E_MODEL_UNSUPPORTED, E_CHECKPOINT_INVALID: then nothing has changed */
  async applyLora(folder: string, { merge = false }: ApplyLoraOptions = {}): Promise<void> {
    await this.#choose({ path: resolve(folder), merged: merge });
  }

  /** The model without the adapter that was applied. */
  async removeLora(): Promise<void> {
    if (this.#adapter) await this.#choose(this.#adapter.merged ? null : { path: null, merged: false });
  }

  /** The model's answer. @throws EngineError as `Model.generate`, E_MODEL_CLOSED before a model is loaded */
  async generate(prompt: string, options: GenerateOptions = {}): Promise<string> {
    return (await this.#loaded().generate({ ...options, prompt })).text;
  }

  /** Answers in the order of the prompts. One that is refused fails all. */
  async generateBatch(prompts: readonly string[], options: GenerateOptions = {}): Promise<string[]> {
    return Promise.all(prompts.map((prompt) => this.generate(prompt, options)));
  }

  /** Ends the threads of the model and of those that are kept. */
  async close(): Promise<void> {
    const model = this.#engineModel;
    this.#engineModel = null;
    this.model = null;
    this.tokenizer = null;
    await Promise.all([model?.close(), this.#kept.close()]);
  }

  /** Without loading anew where the loaded model can switch. */
  async #choose(adapter: AdapterChoice | null): Promise<void> {
    const canSwitch = this.#adapter !== null && !this.#adapter.merged && adapter !== null && !adapter.merged;
    if (this.#engineModel && canSwitch) {
      const key = await this.#keyOf(this.#path, adapter);
      await this.#engineModel.useAdapter(adapter.path);
      this.#key = key;
    } else if (this.#engineModel) await this.#load(this.#path, adapter);
    this.#adapter = adapter;
  }

  async #load(path: string, adapter: AdapterChoice | null): Promise<Model> {
    const { device, torch_dtype: dtype, cache_dir: cacheFolder } = this.config;
    const tokenizer = createTokenizer(await readTokenizerFiles(path));
    const key = await this.#keyOf(path, adapter);
    if (this.#engineModel && key === this.#key) return this.#engineModel;
    // The engine knows which names there are, and refuses others.
    const asked = { device, ...(dtype !== 'auto' && { dtype }) } as LoadOptions;
    const model =
      this.#kept.take(key) ?? (await loadModel(path, { ...asked, cacheFolder, ...(adapter && { adapter }) }));
    const before = this.#engineModel;
    const beforeKey = this.#key;
    this.#path = path;
    this.#key = key;
    this.#engineModel = model;
    this.model = model;
    this.tokenizer = tokenizer;
    if (before) await this.#kept.keep(beforeKey, before);
    return model;
  }

  /** What a load gives is decided by the files as they are now. */
  async #keyOf(path: string, adapter: AdapterChoice | null): Promise<string> {
    const adapterFiles = adapter?.path == null ? '' : await identityOf(adapter.path);
    const { device, torch_dtype: dtype } = this.config;
    return JSON.stringify([await identityOf(resolve(path)), device, dtype, adapter, adapterFiles]);
  }

  #loaded(): Model {
    if (this.model) return this.model;
    throw new EngineError('E_MODEL_CLOSED', `the model ${this.config.name} is not loaded`, {
      remedy: 'Call loadModel first.',
    });
  }
}

/** ModelManager: the model that a configuration names, loaded when asked, answering prompts with text.
 *  Knows configuration keys; everything else is the Model's. */
import { readTokenizerFiles } from '../checkpoint/read-checkpoint.ts';
import type { ModelConfig } from '../config/config-types.ts';
import { EngineError } from '../errors.ts';
import { createTokenizer, type Tokenizer } from '../tokenizer/tokenizer.ts';
import { loadModel, type LoadOptions } from './engine-model.ts';
import type { GenerateOptions, Model } from './model.ts';

export type ManagedModelConfig = Pick<ModelConfig, 'name' | 'cache_dir' | 'device' | 'torch_dtype'>;

export class ModelManager {
  readonly config: ManagedModelConfig;
  /** null until a model is loaded. */
  model: Model | null = null;
  tokenizer: Tokenizer | null = null;

  constructor(config: ManagedModelConfig) {
    this.config = config;
  }

  /** Loads the folder or GGUF file that `name` says.
   *  @throws EngineError E_MODEL_NOT_FOUND, E_MODEL_UNSUPPORTED, E_CHECKPOINT_INVALID, E_TOKENIZER_INVALID,
   *  E_DEVICE_UNAVAILABLE, E_REQUEST_INVALID for a precision it does not have */
  loadModel(): Promise<Model> {
    return this.loadModelFromCheckpoint(this.config.name);
  }

  /** Loads another checkpoint under the same configuration, in place of what was loaded before. */
  async loadModelFromCheckpoint(path: string): Promise<Model> {
    const { device, torch_dtype: dtype, cache_dir: cacheFolder } = this.config;
    const tokenizer = createTokenizer(await readTokenizerFiles(path));
    // The engine knows which names there are, and refuses others.
    const asked = { device, ...(dtype !== 'auto' && { dtype }) } as LoadOptions;
    const model = await loadModel(path, { ...asked, cacheFolder });
    await this.close();
    this.model = model;
    this.tokenizer = tokenizer;
    return model;
  }

  /** The model's answer. @throws EngineError as `Model.generate`, E_MODEL_CLOSED before a model is loaded */
  async generate(prompt: string, options: GenerateOptions = {}): Promise<string> {
    return (await this.#loaded().generate({ ...options, prompt })).text;
  }

  /** Answers in the order of the prompts. One that is refused fails all. */
  async generateBatch(prompts: readonly string[], options: GenerateOptions = {}): Promise<string[]> {
    return Promise.all(prompts.map((prompt) => this.generate(prompt, options)));
  }

  /** Ends the model's thread. */
  async close(): Promise<void> {
    const { model } = this;
    this.model = null;
    this.tokenizer = null;
    await model?.close();
  }

  #loaded(): Model {
    if (this.model) return this.model;
    throw new EngineError('E_MODEL_CLOSED', `the model ${this.config.name} is not loaded`, {
      remedy: 'Call loadModel first.',
    });
  }
}

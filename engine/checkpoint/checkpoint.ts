/** What a checkpoint is, whatever file it came from: a description, named weights, a tokenizer.
 *  Readers (Hugging Face folder, GGUF) produce it; graphs and the trainer consume it. */
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import type { TokenizerFiles } from '../tokenizer/tokenizer-files.ts';

export type { TokenizerFiles };

/** Weights by Hugging Face name. */
export interface WeightSource {
  /** Names and shapes, known from the header alone. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** One weight widened to float32, in row-major order of its shape. Read when asked, never all at once. */
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** SHA-256 digests (`sha256:<hex>`) of what was loaded; an alias pins these. */
export interface ModelDigests {
  readonly weights: string;
  readonly tokenizer: string;
  /** Of the chat template; null where the model has none. */
  readonly template: string | null;
  readonly config: string;
  /** Of the LoRA adapter that belongs to the model; absent where there is none. */
  readonly adapter?: string;
}

export interface Checkpoint {
  /** Absolute path of the folder or file. */
  readonly path: string;
  readonly format: 'huggingface' | 'gguf';
  readonly spec: DecoderSpec;
  readonly weights: WeightSource;
  readonly tokenizer: TokenizerFiles;
  /** Jinja source; null where the model has none. */
  readonly chatTemplate: string | null;
  readonly eosTokenIds: readonly number[];
  readonly bosTokenId: number | null;
  readonly digests: ModelDigests;
}

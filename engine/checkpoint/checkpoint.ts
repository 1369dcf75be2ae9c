/** What a model is, whatever file it came from: a description, a tokenizer, and either named weights or a graph.
 *  Readers (Hugging Face folder, GGUF, exported ONNX folder) produce it; graphs and the trainer consume it. */
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

/** What is known of a model whatever its form. */
export interface ModelDescription {
  /** Absolute path of the folder or file. */
  readonly path: string;
  readonly format: 'huggingface' | 'gguf' | 'onnx';
  readonly tokenizer: TokenizerFiles;
  /** Jinja source; null where the model has none. */
  readonly chatTemplate: string | null;
  readonly eosTokenIds: readonly number[];
  readonly bosTokenId: number | null;
  readonly digests: ModelDigests;
}

/** Weights from which graphs are built here. */
export interface Checkpoint extends ModelDescription {
  readonly format: 'huggingface' | 'gguf';
  readonly spec: DecoderSpec;
  readonly weights: WeightSource;
}

/** A graph that another tool built, with its weights inside. */
export interface ExportedModel extends ModelDescription {
  readonly format: 'onnx';
  readonly graph: ExportedGraph;
}

export interface ExportedGraph {
  readonly path: string;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly layerCount: number;
  readonly kvHeadCount: number;
  readonly headSize: number;
  readonly parameterCount: number;
  /** Inputs besides ids, mask and cache that it has. */
  readonly hasPositionIds: boolean;
  /** How many of the last positions' logits are wanted, in recent exports. */
  readonly hasLogitsToKeep: boolean;
}

/** Where a training run's model comes from: a new one of the configured shape, or a checkpoint. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { readLoraAdapter, withMergedAdapter } from '../checkpoint/lora-adapter.ts';
import { readCheckpoint } from '../checkpoint/read-checkpoint.ts';
import type { ModelContent } from '../checkpoint/write-huggingface.ts';
import type { ModelConfig, ModelInitConfig } from '../config/config-types.ts';
import { parametersOf } from '../nn/decoder-parameters.ts';
import { llamaSpec, type DecoderSpec } from '../nn/decoder-spec.ts';
import { specialTokenText } from '../tokenizer/tokenizer-files.ts';
import { createTokenizer, type Tokenizer } from '../tokenizer/tokenizer.ts';
import { chatTemplate, createChatTokenizer, endTokenId, padTokenId } from './chat-format.ts';
import { initialWeights } from './initial-weights.ts';

/** A model with all its weights in memory. */
export interface LoadedModel {
  readonly content: ModelContent;
  readonly tokenizer: Tokenizer;
}

function specOf(init: ModelInitConfig): DecoderSpec {
  return llamaSpec({
    vocabSize: init.vocab_size,
    hiddenSize: init.hidden_size,
    intermediateSize: init.intermediate_size,
    layerCount: init.num_hidden_layers,
    headCount: init.num_attention_heads,
    kvHeadCount: init.num_key_value_heads ?? init.num_attention_heads,
    headSize: init.hidden_size / init.num_attention_heads,
    maxPositions: init.max_position_embeddings,
    ropeTheta: init.rope_theta,
    normEps: init.rms_norm_eps,
    tiedEmbeddings: init.tie_word_embeddings,
  });
}

async function contentOf(checkpoint: Checkpoint): Promise<LoadedModel> {
  try {
    const { spec, tokenizer: files, chatTemplate: template, eosTokenIds, bosTokenId } = checkpoint;
    // In the order of the computation, which is that of the files that are written.
    const weights = new Map<string, Float32Array>();
    for (const { name } of parametersOf(spec)) weights.set(name, await checkpoint.weights.read(name));
    const tokenizer = createTokenizer(files);
    const pad = specialTokenText(files.tokenizerConfig, 'pad_token');
    return {
      content: {
        spec,
        weights,
        tokenizer: files,
        chatTemplate: template,
        eosTokenIds,
        bosTokenId,
        padTokenId: pad === null ? null : tokenizer.idOf(pad),
      },
      tokenizer,
    };
  } finally {
    await checkpoint.weights.close();
  }
}

/** The adapter that lies in a model's folder and belongs to the model; null where there is none. */
export function ownAdapter(path: string): string | null {
  const folder = join(resolve(path), 'adapter');
  return existsSync(folder) ? folder : null;
}

/** As the ModelManager of inference, but with the weights at hand instead of behind a session. */
export class TrainableModelManager {
  readonly config: ModelConfig;
  /** null until a model is loaded. */
  model: ModelContent | null = null;
  tokenizer: Tokenizer | null = null;

  constructor(config: ModelConfig) {
    this.config = config;
  }

  /** The model to start from: the checkpoint at `model.name`, or with `model.init` a new one.
   *  @param texts what a new model's tokenizer is learned from
   *  @param merge whether the adapter of a checkpoint becomes part of its weights
   *  @throws EngineError E_MODEL_NOT_FOUND, E_MODEL_UNSUPPORTED, E_CHECKPOINT_INVALID */
  async loadModel(texts: Iterable<string>, seed: number, merge = true): Promise<LoadedModel> {
    const { init, name } = this.config;
    if (!init) return this.loadModelFromCheckpoint(name, merge);
    const spec = specOf(init);
    const files = createChatTokenizer(texts, spec);
    return this.#keep({
      content: {
        spec,
        weights: initialWeights(spec, seed),
        tokenizer: files,
        chatTemplate,
        eosTokenIds: [endTokenId],
        bosTokenId: null,
        padTokenId,
      },
      tokenizer: createTokenizer(files),
    });
  }

  /** @throws EngineError E_MODEL_NOT_FOUND, E_MODEL_UNSUPPORTED, E_CHECKPOINT_INVALID */
  async loadModelFromCheckpoint(path: string, merge = true): Promise<LoadedModel> {
    const checkpoint = await readCheckpoint(resolve(path));
    const adapter = merge ? ownAdapter(path) : null;
    return this.#keep(
      await contentOf(
        adapter === null
          ? checkpoint
          : withMergedAdapter(checkpoint, await readLoraAdapter(adapter, checkpoint.spec)),
      ),
    );
  }

  #keep(loaded: LoadedModel): LoadedModel {
    this.model = loaded.content;
    this.tokenizer = loaded.tokenizer;
    return loaded;
  }
}

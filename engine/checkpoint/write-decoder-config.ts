/** A DecoderSpec as the config.json from which `transformers` loads the same model: the inverse of decoder-config.ts. */
import { attentionOf, type Architecture, type DecoderSpec } from '../nn/decoder-spec.ts';
import type { JsonObject } from './json-object.ts';
import { rotaryToConfig } from './rotary-config.ts';

interface ConfigWriter {
  /** Of the class in `transformers`. */
  readonly className: string;
  readonly fields: (spec: DecoderSpec) => JsonObject;
}

/** Sizes and choices; special tokens and the type of the weights are the writer's to add. */
export function decoderConfigOf(spec: DecoderSpec): JsonObject {
  const { className, fields } = writers[spec.architecture];
  return {
    architectures: [className],
    model_type: spec.architecture,
    vocab_size: spec.vocabSize,
    tie_word_embeddings: spec.tiedEmbeddings,
    ...fields(spec),
    use_cache: true,
  };
}

const writers: { readonly [A in Architecture]: ConfigWriter } = {
  llama: {
    className: 'LlamaForCausalLM',
    fields: (spec) => ({ ...llamaFields(spec), ...biasFields(spec) }),
  },
  mistral: {
    className: 'MistralForCausalLM',
    fields: (spec) => ({ ...llamaFields(spec), sliding_window: attentionOf(spec, 0).window }),
  },
  qwen2: {
    className: 'Qwen2ForCausalLM',
    fields: (spec) => ({ ...llamaFields(spec), ...windowFields(spec) }),
  },
  qwen3: {
    className: 'Qwen3ForCausalLM',
    fields: (spec) => ({ ...llamaFields(spec), ...windowFields(spec), ...biasFields(spec) }),
  },
  smollm3: {
    className: 'SmolLM3ForCausalLM',
    fields: (spec) => ({
      ...llamaFields(spec),
      ...windowFields(spec),
      ...biasFields(spec),
      no_rope_layers: layers(spec).map((layer) => (attentionOf(spec, layer).rotary === null ? 0 : 1)),
    }),
  },
  gemma3_text: { className: 'Gemma3ForCausalLM', fields: gemmaFields },
  gpt2: { className: 'GPT2LMHeadModel', fields: gpt2Fields },
};

function gpt2Fields(spec: DecoderSpec): JsonObject {
  return {
    n_embd: spec.hiddenSize,
    n_inner: spec.intermediateSize,
    n_layer: spec.layerCount,
    n_head: spec.headCount,
    n_positions: spec.maxPositions,
    layer_norm_epsilon: spec.normEps,
    activation_function: 'gelu_new',
  };
}

function sizeFields(spec: DecoderSpec): JsonObject {
  return {
    hidden_size: spec.hiddenSize,
    intermediate_size: spec.intermediateSize,
    num_hidden_layers: spec.layerCount,
    num_attention_heads: spec.headCount,
    num_key_value_heads: spec.kvHeadCount,
    head_dim: spec.headSize,
    max_position_embeddings: spec.maxPositions,
    rms_norm_eps: spec.normEps,
  };
}

function llamaFields(spec: DecoderSpec): JsonObject {
  const rotary = rotaryAt(spec, (layer) => attentionOf(spec, layer).rotary !== null);
  return {
    ...sizeFields(spec),
    hidden_act: 'silu',
    // Read by transformers 5; the two below it by earlier versions.
    rope_parameters: rotary,
    rope_theta: rotary?.['rope_theta'],
    rope_scaling: rotary === null || rotary['rope_type'] === 'default' ? null : rotary,
  };
}

function gemmaFields(spec: DecoderSpec): JsonObject {
  const isSliding = (layer: number) => attentionOf(spec, layer).window !== null;
  const { sliding_window, layer_types } = windowFields(spec);
  return {
    ...sizeFields(spec),
    sliding_window,
    layer_types,
    hidden_activation: 'gelu_pytorch_tanh',
    query_pre_attn_scalar: Number((spec.attentionScale ** -2).toPrecision(12)),
    rope_parameters: {
      sliding_attention: rotaryAt(spec, isSliding),
      full_attention: rotaryAt(spec, (layer) => !isSliding(layer)),
    },
  };
}

function biasFields({ biases }: DecoderSpec): JsonObject {
  return { attention_bias: biases.attentionOutput, mlp_bias: biases.feedForward };
}

/** Windows layer by layer. */
function windowFields(spec: DecoderSpec): JsonObject {
  const windows = layers(spec).map((layer) => attentionOf(spec, layer).window);
  const window = windows.find((each) => each !== null);
  return {
    use_sliding_window: window !== undefined,
    sliding_window: window ?? null,
    layer_types: windows.map((each) => (each === null ? 'full_attention' : 'sliding_attention')),
  };
}

/** The rotation of the first layer of a kind; null where there is none. */
function rotaryAt(spec: DecoderSpec, isMeant: (layer: number) => boolean): JsonObject | null {
  const layer = layers(spec).find(isMeant);
  const rotary = layer === undefined ? null : attentionOf(spec, layer).rotary;
  return rotary && rotaryToConfig(rotary);
}

function layers(spec: DecoderSpec): number[] {
  return Array.from({ length: spec.layerCount }, (_, layer) => layer);
}

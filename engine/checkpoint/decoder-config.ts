/** config.json to a DecoderSpec: what `transformers` computes for each architecture, and its defaults for fields that
 *  are absent. What the decoder cannot do is refused, never ignored: such a model would answer, and answer wrongly. */
import { EngineError } from '../errors.ts';
import type { Architecture, AttentionSpec, DecoderSpec } from '../nn/decoder-spec.ts';
import { FieldReader, isJsonObject, unsupportedField, type JsonObject } from './json-object.ts';
import { rotaryFrom, rotaryFromConfig } from './rotary-config.ts';

/** Larger than any published decoder; a bound so that no size overflows. */
const MOST = 2 ** 24;

/** Longer contexts are cut to this: tables of angles grow with it. */
export const MOST_POSITIONS = 2 ** 17;

/** Values that a field may have; undefined stands for its absence. */
type Only = Readonly<Record<string, readonly unknown[]>>;

interface Source {
  readonly file: string;
  readonly config: JsonObject;
  readonly fields: FieldReader;
}

interface Dialect {
  /** Fields with few values that we compute. */
  readonly only: Only;
  spec(source: Source): DecoderSpec;
}

/** @throws EngineError E_MODEL_UNSUPPORTED for another architecture or a variant we do not compute,
 *  E_CHECKPOINT_INVALID for sizes that are missing or contradict each other */
export function specFromConfig(file: string, config: JsonObject): DecoderSpec {
  const fields = new FieldReader(file, config);
  const type = fields.get('model_type');
  const dialect =
    typeof type === 'string' && Object.hasOwn(dialects, type) ? dialects[type as Architecture] : undefined;
  if (!dialect) throw unsupportedField(file, 'model_type', type);
  const only: Only = { ...dialect.only, quantization_config: [undefined] };
  for (const [name, supported] of Object.entries(only)) {
    if (!supported.includes(fields.get(name))) throw unsupportedField(file, name, fields.get(name));
  }
  return dialect.spec({ file, config, fields });
}

interface LlamaChoices {
  readonly architecture: Architecture;
  /** Of a head, where the file does not say; default the hidden size shared out among the heads. */
  readonly headSize?: number;
  readonly tied?: boolean;
  readonly maxPositions: number;
}

/** Fields that Llama and its successors share; what follows says where they part. */
function llamaLike(source: Source, choices: LlamaChoices, attention: readonly AttentionSpec[]): DecoderSpec {
  const { file, fields } = source;
  const hiddenSize = fields.integer('hidden_size', 1, MOST);
  const headCount = fields.integer('num_attention_heads', 1, MOST);
  const kvHeadCount = fields.integer('num_key_value_heads', 1, MOST, headCount);
  const headSize = fields.integer('head_dim', 2, MOST, choices.headSize ?? hiddenSize / headCount);
  checkHeads(file, { headCount, kvHeadCount, headSize });
  return {
    architecture: choices.architecture,
    vocabSize: fields.integer('vocab_size', 1, MOST),
    hiddenSize,
    intermediateSize: fields.integer('intermediate_size', 1, MOST),
    layerCount: layerCountOf(source),
    headCount,
    kvHeadCount,
    headSize,
    maxPositions: Math.min(maxPositionsOf(source, choices.maxPositions), MOST_POSITIONS),
    attention: shortened(attention),
    attentionScale: headSize ** -0.5,
    queryKeyNorm: false,
    norm: 'rms',
    normEps: fields.positive('rms_norm_eps', 1e-6),
    normOffset: 0,
    branchNorms: false,
    activation: 'silu',
    gated: true,
    biases: { queryKeyValue: false, attentionOutput: false, feedForward: false },
    learnedPositions: false,
    embeddingScale: 1,
    tiedEmbeddings: fields.boolean('tie_word_embeddings', choices.tied ?? false),
  };
}

function layerCountOf({ fields }: Source): number {
  return fields.integer('num_hidden_layers', 1, 4096);
}

function maxPositionsOf({ fields }: Source, fallback: number): number {
  return fields.integer('max_position_embeddings', 1, MOST, fallback);
}

export function checkHeads(
  file: string,
  { headCount, kvHeadCount, headSize }: Pick<DecoderSpec, 'headCount' | 'kvHeadCount' | 'headSize'>,
): void {
  if (headCount % kvHeadCount === 0 && headSize % 2 === 0) return;
  throw new EngineError(
    'E_CHECKPOINT_INVALID',
    `${file}: ${headCount} heads of size ${headSize} cannot share ${kvHeadCount} key-value heads`,
  );
}

/** The first entries, where all others repeat them. */
export function shortened(attention: readonly AttentionSpec[]): readonly AttentionSpec[] {
  const keys = attention.map((entry) => JSON.stringify(entry));
  const period = keys.findIndex(
    (_, start) => start > 0 && keys.every((key, layer) => key === keys[layer % start]),
  );
  return period < 0 ? attention : attention.slice(0, period);
}

/** Rotation of the whole model. */
function rotaryOf({ file, config }: Source, theta: number, maxPositions: number) {
  return rotaryFromConfig(file, config, { theta, maxPositions });
}

/** Which layers see a window only: those that `layer_types` names, or else those of which `isSliding` is true. */
function slidingLayers(source: Source, isSliding: (layer: number) => boolean): boolean[] {
  const { file, fields } = source;
  const count = layerCountOf(source);
  const types = fields.list('layer_types', count);
  return Array.from({ length: count }, (_, layer) => {
    const type = types?.[layer];
    if (type !== undefined && type !== 'full_attention' && type !== 'sliding_attention') {
      throw unsupportedField(file, 'layer_types', type);
    }
    return type === undefined ? isSliding(layer) : type === 'sliding_attention';
  });
}

function windowOf({ fields }: Source, fallback?: number): number {
  return fields.integer('sliding_window', 1, MOST, fallback);
}

/** The windows of Qwen's layers, where they are switched on at all. */
function qwenAttention(source: Source, theta: number, maxPositions: number): AttentionSpec[] {
  const { fields } = source;
  const rotary = rotaryOf(source, theta, maxPositions);
  const window = fields.boolean('use_sliding_window', false) ? windowOf(source, 4096) : null;
  const first = fields.integer('max_window_layers', 0, MOST, 28);
  return slidingLayers(source, (layer) => layer >= first).map((sliding) => ({
    rotary,
    window: sliding ? window : null,
  }));
}

function biasesOf({ fields }: Source): DecoderSpec['biases'] {
  const attention = fields.boolean('attention_bias', false);
  const feedForward = fields.boolean('mlp_bias', false);
  return { queryKeyValue: attention, attentionOutput: attention, feedForward };
}

const SILU: Only = { hidden_act: ['silu', undefined], partial_rotary_factor: [1, undefined] };

const dialects: { readonly [A in Architecture]: Dialect } = {
  llama: {
    only: SILU,
    spec(source) {
      const maxPositions = maxPositionsOf(source, 2048);
      const attention = [{ rotary: rotaryOf(source, 10_000, maxPositions), window: null }];
      return {
        ...llamaLike(source, { architecture: 'llama', maxPositions }, attention),
        biases: biasesOf(source),
      };
    },
  },

  mistral: {
    only: SILU,
    spec(source) {
      const maxPositions = maxPositionsOf(source, 131_072);
      // null switches windows off; a file without the field means the first Mistral's.
      const window = source.config['sliding_window'] === null ? null : windowOf(source, 4096);
      const attention = [{ rotary: rotaryOf(source, 10_000, maxPositions), window }];
      return llamaLike(source, { architecture: 'mistral', maxPositions }, attention);
    },
  },

  qwen2: {
    only: SILU,
    spec(source) {
      const maxPositions = maxPositionsOf(source, 32_768);
      const attention = qwenAttention(source, 10_000, maxPositions);
      return {
        ...llamaLike(source, { architecture: 'qwen2', maxPositions }, attention),
        biases: { queryKeyValue: true, attentionOutput: false, feedForward: false },
      };
    },
  },

  qwen3: {
    only: SILU,
    spec(source) {
      const maxPositions = maxPositionsOf(source, 32_768);
      const attention = qwenAttention(source, 10_000, maxPositions);
      return {
        ...llamaLike(source, { architecture: 'qwen3', headSize: 128, maxPositions }, attention),
        biases: biasesOf(source),
        queryKeyNorm: true,
      };
    },
  },

  smollm3: {
    only: SILU,
    spec(source) {
      const { fields } = source;
      const maxPositions = maxPositionsOf(source, 32_768);
      const rotary = rotaryOf(source, 2_000_000, maxPositions);
      const interval = fields.integer('no_rope_layer_interval', 1, MOST, 4);
      const window =
        fields.boolean('use_sliding_window', false) && fields.get('sliding_window') !== undefined
          ? windowOf(source)
          : null;
      // In spite of its name the list says 1 for layers that rotate.
      const rotates = fields.list('no_rope_layers', layerCountOf(source));
      const isRotated = (layer: number) => (rotates ? Boolean(rotates[layer]) : (layer + 1) % interval !== 0);
      const attention = slidingLayers(source, (layer) => window !== null && !isRotated(layer)).map(
        (sliding, layer) => ({
          rotary: isRotated(layer) ? rotary : null,
          window: sliding ? window : null,
        }),
      );
      return {
        ...llamaLike(source, { architecture: 'smollm3', tied: true, maxPositions }, attention),
        biases: biasesOf(source),
      };
    },
  },

  gemma3_text: {
    only: {
      hidden_activation: ['gelu_pytorch_tanh', undefined],
      attn_logit_softcapping: [undefined],
      final_logit_softcapping: [undefined],
      use_bidirectional_attention: [false, undefined],
      attention_bias: [false, undefined],
    },
    spec(source) {
      const { fields } = source;
      const maxPositions = maxPositionsOf(source, 131_072);
      const choices = { architecture: 'gemma3_text', headSize: 256, tied: true, maxPositions } as const;
      return {
        ...llamaLike(source, choices, gemmaAttention(source, maxPositions)),
        attentionScale: fields.positive('query_pre_attn_scalar', 256) ** -0.5,
        queryKeyNorm: true,
        normOffset: 1,
        branchNorms: true,
        activation: 'gelu_tanh',
        embeddingScale: Math.sqrt(fields.integer('hidden_size', 1, MOST)),
      };
    },
  },

  gpt2: {
    only: {
      activation_function: ['gelu_new', 'gelu_pytorch_tanh', undefined],
      scale_attn_weights: [true, undefined],
      scale_attn_by_inverse_layer_idx: [false, undefined],
      add_cross_attention: [false, undefined],
    },
    spec({ file, fields }) {
      const hiddenSize = fields.integer('n_embd', 1, MOST);
      const headCount = fields.integer('n_head', 1, MOST);
      if (hiddenSize % (2 * headCount) !== 0) {
        throw new EngineError(
          'E_CHECKPOINT_INVALID',
          `${file}: ${headCount} heads cannot share n_embd ${hiddenSize}`,
        );
      }
      const headSize = hiddenSize / headCount;
      return {
        architecture: 'gpt2',
        vocabSize: fields.integer('vocab_size', 1, MOST),
        hiddenSize,
        intermediateSize: fields.integer('n_inner', 1, MOST, 4 * hiddenSize),
        layerCount: fields.integer('n_layer', 1, 4096),
        headCount,
        kvHeadCount: headCount,
        headSize,
        maxPositions: fields.integer('n_positions', 1, MOST, 1024),
        attention: [{ rotary: null, window: null }],
        attentionScale: headSize ** -0.5,
        queryKeyNorm: false,
        norm: 'layer',
        normEps: fields.positive('layer_norm_epsilon', 1e-5),
        normOffset: 0,
        branchNorms: false,
        activation: 'gelu_tanh',
        gated: false,
        biases: { queryKeyValue: true, attentionOutput: true, feedForward: true },
        learnedPositions: true,
        embeddingScale: 1,
        tiedEmbeddings: fields.boolean('tie_word_embeddings', true),
      };
    },
  },
};

/** Every sixth layer sees everything, with a base and a scaling of its own. Since transformers 5 `rope_parameters`
 *  has an entry for each kind of layer. */
function gemmaAttention(source: Source, maxPositions: number): AttentionSpec[] {
  const { file, fields, config } = source;
  const window = windowOf(source, 4096);
  const pattern = fields.integer('sliding_window_pattern', 1, MOST, 6);
  const nested = fields.get('rope_parameters');
  const of = (name: string, theta: number) => {
    const entry = isJsonObject(nested) ? nested[name] : undefined;
    return isJsonObject(entry)
      ? rotaryFrom(file, `rope_parameters.${name}`, entry, { theta, maxPositions })
      : null;
  };
  const local = of('sliding_attention', 10_000) ?? {
    theta: fields.positive('rope_local_base_freq', 10_000),
    scaling: null,
  };
  const global =
    of('full_attention', 1_000_000) ??
    rotaryFromConfig(file, { ...config, rope_parameters: null }, { theta: 1_000_000, maxPositions });
  return slidingLayers(source, (layer) => (layer + 1) % pattern !== 0).map((sliding) =>
    sliding ? { rotary: local, window } : { rotary: global, window: null },
  );
}

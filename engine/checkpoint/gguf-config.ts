/** GGUF metadata to a DecoderSpec, by the keys that llama.cpp writes and reads (llama-arch.cpp, llama-model.cpp). */
import { EngineError } from '../errors.ts';
import { llamaSpec, type AttentionSpec, type DecoderSpec, type RotaryScaling } from '../nn/decoder-spec.ts';
import { checkHeads, MOST_POSITIONS, shortened } from './decoder-config.ts';
import type { GgufHeader } from './gguf-file.ts';
import { unsupportedField, type FieldReader } from './json-object.ts';

const MOST = 2 ** 24;

/** What llama.cpp does with an architecture beyond what its name says elsewhere. */
export interface GgufDialect {
  /** Rows of queries and keys are interleaved, for llama.cpp's own form of rotary embedding. */
  readonly interleaved: boolean;
  spec(source: GgufSource): DecoderSpec;
}

export interface GgufSource {
  readonly path: string;
  readonly header: GgufHeader;
  readonly fields: FieldReader;
  /** Prefix of the architecture's keys. */
  readonly architecture: string;
  /** `rope_freqs.weight`, by which frequencies are divided; null where there is none. */
  readonly frequencyFactors: Float32Array | null;
}

/** By `general.architecture`. Mistral's files say llama. */
const ggufDialects: ReadonlyMap<string, GgufDialect> = new Map<string, GgufDialect>([
  [
    'llama',
    {
      interleaved: true,
      spec: (source) => ({ ...rotated(source), biases: biasesOf(source) }),
    },
  ],
  [
    'qwen2',
    {
      interleaved: false,
      spec: (source) => ({ ...rotated(source), architecture: 'qwen2', biases: biasesOf(source) }),
    },
  ],
  [
    'qwen3',
    {
      interleaved: false,
      spec: (source) => ({
        ...rotated(source),
        architecture: 'qwen3',
        queryKeyNorm: true,
        biases: biasesOf(source),
      }),
    },
  ],
  [
    'smollm3',
    {
      interleaved: true,
      spec(source) {
        const spec = rotated(source);
        const [first] = spec.attention as readonly [AttentionSpec];
        const attention = [first, first, first, { ...first, rotary: null }];
        return { ...spec, architecture: 'smollm3', attention, biases: biasesOf(source) };
      },
    },
  ],
  ['gemma3', { interleaved: false, spec: gemmaSpec }],
  ['gpt2', { interleaved: false, spec: gpt2Spec }],
]);

/** @throws EngineError E_MODEL_UNSUPPORTED, E_CHECKPOINT_INVALID */
export function dialectOf(path: string, fields: FieldReader): { name: string; dialect: GgufDialect } {
  const name = fields.get('general.architecture');
  const dialect = typeof name === 'string' ? ggufDialects.get(name) : undefined;
  if (!dialect) throw unsupportedField(path, 'general.architecture', name);
  return { name: name as string, dialect };
}

function sizesOf({ path, fields, architecture: at, header }: GgufSource) {
  const hiddenSize = fields.integer(`${at}.embedding_length`, 1, MOST);
  const headCount = fields.integer(`${at}.attention.head_count`, 1, MOST);
  const kvHeadCount = fields.integer(`${at}.attention.head_count_kv`, 1, MOST, headCount);
  const headSize = fields.integer(`${at}.attention.key_length`, 2, MOST, hiddenSize / headCount);
  const rotatedSize = fields.integer(`${at}.rope.dimension_count`, 2, MOST, headSize);
  const valueSize = fields.integer(`${at}.attention.value_length`, 2, MOST, headSize);
  if (rotatedSize !== headSize) throw unsupportedField(path, `${at}.rope.dimension_count`, rotatedSize);
  if (valueSize !== headSize) throw unsupportedField(path, `${at}.attention.value_length`, valueSize);
  if (fields.integer(`${at}.expert_count`, 0, MOST, 0) !== 0) {
    throw unsupportedField(path, `${at}.expert_count`, fields.get(`${at}.expert_count`));
  }
  checkHeads(path, { headCount, kvHeadCount, headSize });
  return {
    // The embedding matrix may have rows for tokens that the tokenizer lacks.
    vocabSize:
      header.tensors.get('token_embd.weight')?.shape[0] ?? fields.integer(`${at}.vocab_size`, 1, MOST),
    hiddenSize,
    intermediateSize: fields.integer(`${at}.feed_forward_length`, 1, MOST),
    layerCount: fields.integer(`${at}.block_count`, 1, 4096),
    headCount,
    kvHeadCount,
    headSize,
    maxPositions: fields.integer(`${at}.context_length`, 1, MOST),
    tiedEmbeddings: !header.tensors.has('output.weight'),
  };
}

/** A Llama, from which the others depart. A window is refused: llama.cpp gives it a meaning of its own in each
 *  architecture. */
function rotated(source: GgufSource): DecoderSpec {
  const { path, fields, architecture: at } = source;
  const sizes = sizesOf(source);
  if (fields.integer(`${at}.attention.sliding_window`, 0, MOST, 0) !== 0 && at !== 'gemma3') {
    throw unsupportedField(
      path,
      `${at}.attention.sliding_window`,
      fields.get(`${at}.attention.sliding_window`),
    );
  }
  const theta = fields.positive(`${at}.rope.freq_base`, 10_000);
  return {
    ...llamaSpec({
      ...sizes,
      maxPositions: Math.min(sizes.maxPositions, MOST_POSITIONS),
      ropeTheta: theta,
      normEps: fields.positive(`${at}.attention.layer_norm_rms_epsilon`),
    }),
    attention: [
      {
        rotary: { theta, scaling: scalingOf(source, sizes.headSize, theta, sizes.maxPositions) },
        window: null,
      },
    ],
  };
}

function scalingOf(
  { path, fields, architecture: at, frequencyFactors }: GgufSource,
  headSize: number,
  theta: number,
  maxPositions: number,
): RotaryScaling | null {
  const kind = fields.get(`${at}.rope.scaling.type`) ?? 'none';
  if (frequencyFactors) {
    const scaling = llama3Scaling(frequencyFactors, headSize, theta);
    if (kind === 'none' && scaling) return scaling;
    throw unsupportedField(path, 'rope_freqs.weight', kind);
  }
  if (kind === 'none') return null;
  const factor = fields.positive(`${at}.rope.scaling.factor`);
  if (kind === 'linear') return { kind: 'linear', factor };
  if (kind !== 'yarn') throw unsupportedField(path, `${at}.rope.scaling.type`, kind);
  return {
    kind: 'yarn',
    factor,
    originalPositions: fields.integer(`${at}.rope.scaling.original_context_length`, 1, MOST, maxPositions),
    betaFast: fields.positive(`${at}.rope.scaling.yarn_beta_fast`, 32),
    betaSlow: fields.positive(`${at}.rope.scaling.yarn_beta_slow`, 1),
    attentionFactor:
      fields.positive(`${at}.rope.scaling.attn_factor`, 1) * (factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1),
    truncate: true,
  };
}

/** Llama 3's scaling, of which the file keeps only the resulting factors; null where they are another's. Its other
 *  three numbers have never differed from these. */
function llama3Scaling(factors: Float32Array, headSize: number, theta: number): RotaryScaling | null {
  const [lowFrequencyFactor, highFrequencyFactor, originalPositions] = [1, 4, 8192];
  const factor = factors.reduce((most, value) => Math.max(most, value), 1);
  const matches = factors.every((stored, i) => {
    const turns = (originalPositions * theta ** ((-2 * i) / headSize)) / (2 * Math.PI);
    const smooth = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
    const share = Math.min(Math.max(smooth, 0), 1);
    return Math.abs(1 / ((1 - share) / factor + share) - stored) < 1e-4 * factor;
  });
  if (!matches || factors.length !== headSize / 2) return null;
  return { kind: 'llama3', factor, lowFrequencyFactor, highFrequencyFactor, originalPositions };
}

function biasesOf({ header }: GgufSource): DecoderSpec['biases'] {
  const has = (name: string) => header.tensors.has(`blk.0.${name}.bias`);
  return {
    queryKeyValue: has('attn_q'),
    attentionOutput: has('attn_output'),
    feedForward: has('ffn_down'),
  };
}

/** Five layers with a window, one without; only the latter's angles are scaled. */
function gemmaSpec(source: GgufSource): DecoderSpec {
  const { path, fields, architecture: at } = source;
  for (const name of ['attn_logit_softcapping', 'final_logit_softcapping']) {
    if (fields.get(`${at}.${name}`) !== undefined) throw unsupportedField(path, `${at}.${name}`, 'set');
  }
  const spec = rotated(source);
  const { rotary: scaled } = spec.attention[0]!;
  const global = {
    rotary: { ...scaled!, theta: fields.positive(`${at}.rope.freq_base`, 1_000_000) },
    window: null,
  };
  const local = {
    rotary: { theta: fields.positive(`${at}.rope.freq_base_swa`, 10_000), scaling: null },
    window: fields.integer(`${at}.attention.sliding_window`, 1, MOST),
  };
  const attention = Array.from({ length: spec.layerCount }, (_, layer) =>
    (layer + 1) % 6 === 0 ? global : local,
  );
  return {
    ...spec,
    architecture: 'gemma3_text',
    attention: shortened(attention),
    queryKeyNorm: true,
    normOffset: 1,
    branchNorms: true,
    activation: 'gelu_tanh',
    // The 27B model, which llama.cpp tells by its layers, scales by another size than that of its heads.
    attentionScale: (spec.layerCount === 62 ? spec.hiddenSize / spec.headCount : spec.headSize) ** -0.5,
    embeddingScale: Math.sqrt(spec.hiddenSize),
  };
}

function gpt2Spec(source: GgufSource): DecoderSpec {
  const { path, fields, architecture: at } = source;
  const sizes = sizesOf(source);
  if (sizes.kvHeadCount !== sizes.headCount) {
    throw new EngineError('E_CHECKPOINT_INVALID', `${path}: GPT-2 does not share key-value heads`);
  }
  return {
    ...llamaSpec({ ...sizes, ropeTheta: 1, normEps: fields.positive(`${at}.attention.layer_norm_epsilon`) }),
    architecture: 'gpt2',
    attention: [{ rotary: null, window: null }],
    norm: 'layer',
    activation: 'gelu_tanh',
    gated: false,
    biases: { queryKeyValue: true, attentionOutput: true, feedForward: true },
    learnedPositions: true,
  };
}

/** config.json of a Llama-family model to a DecoderSpec. What the decoder cannot do is refused, never ignored:
 *  a model run without its rope scaling answers, and answers wrongly. */
import { EngineError } from '../errors.ts';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import { FieldReader, isJsonObject, type JsonObject } from './json-object.ts';

/** Larger than any published decoder; a bound so that no size overflows. */
const MOST = 2 ** 24;

/** @throws EngineError E_MODEL_UNSUPPORTED for another architecture or a variant we do not compute,
 *  E_CHECKPOINT_INVALID for sizes that are missing or contradict each other */
export function specFromConfig(file: string, config: JsonObject): DecoderSpec {
  const fields = new FieldReader(file, config);
  refuseUnsupported(file, fields);
  const hiddenSize = fields.integer('hidden_size', 1, MOST);
  const headCount = fields.integer('num_attention_heads', 1, MOST);
  const kvHeadCount = fields.integer('num_key_value_heads', 1, MOST, headCount);
  const headSize = fields.integer('head_dim', 2, MOST, hiddenSize / headCount);
  if (headCount % kvHeadCount !== 0 || headSize % 2 !== 0) {
    throw new EngineError(
      'E_CHECKPOINT_INVALID',
      `${file}: ${headCount} heads of size ${headSize} cannot share ${kvHeadCount} key-value heads`,
    );
  }
  return {
    architecture: 'llama',
    vocabSize: fields.integer('vocab_size', 1, MOST),
    hiddenSize,
    intermediateSize: fields.integer('intermediate_size', 1, MOST),
    layerCount: fields.integer('num_hidden_layers', 1, 4096),
    headCount,
    kvHeadCount,
    headSize,
    maxPositions: fields.integer('max_position_embeddings', 1, MOST, 2048),
    ropeTheta: ropeTheta(file, fields),
    rmsNormEps: fields.positive('rms_norm_eps', 1e-6),
    tiedEmbeddings: fields.boolean('tie_word_embeddings', false),
  };
}

/** `rope_parameters` since transformers 5, `rope_theta` beside an optional `rope_scaling` before. */
function ropeTheta(file: string, fields: FieldReader): number {
  const theta: number[] = [];
  for (const name of ['rope_parameters', 'rope_scaling']) {
    const rope = fields.get(name);
    if (!isJsonObject(rope)) continue;
    const type = rope['rope_type'] ?? rope['type'] ?? 'default';
    if (type !== 'default') throw unsupported(file, name, type);
    if (rope['rope_theta'] !== undefined) theta.push(new FieldReader(file, rope).positive('rope_theta'));
  }
  return theta[0] ?? fields.positive('rope_theta', 10_000);
}

function refuseUnsupported(file: string, fields: FieldReader): void {
  const only: Record<string, readonly unknown[]> = {
    model_type: ['llama'],
    hidden_act: ['silu', undefined],
    attention_bias: [false, undefined],
    mlp_bias: [false, undefined],
    partial_rotary_factor: [1, undefined],
    quantization_config: [undefined],
  };
  for (const [name, supported] of Object.entries(only)) {
    const value = fields.get(name);
    if (!supported.includes(value)) throw unsupported(file, name, value);
  }
}

function unsupported(file: string, name: string, value: unknown): EngineError {
  const shown = JSON.stringify(value) ?? 'missing';
  return new EngineError(
    'E_MODEL_UNSUPPORTED',
    `${file}: ${name} is ${shown.slice(0, 80)}, which this engine does not compute`,
  );
}

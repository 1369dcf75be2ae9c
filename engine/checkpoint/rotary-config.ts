/** Rotary embedding as config.json describes it: `rope_parameters` since transformers 5, `rope_theta` beside an
 *  optional `rope_scaling` before. A kind of scaling that we do not compute is refused, never ignored: a model run
 *  without it answers, and answers wrongly. */
import type { RotaryScaling, RotarySpec } from '../nn/decoder-spec.ts';
import { FieldReader, isJsonObject, unsupportedField, type JsonObject } from './json-object.ts';

const MOST = 2 ** 24;

export interface RotaryDefaults {
  readonly theta: number;
  /** Of the model, where the scaling does not say how many it was trained on. */
  readonly maxPositions: number;
}

/** @throws EngineError E_MODEL_UNSUPPORTED for a kind of scaling we do not compute, E_CHECKPOINT_INVALID */
export function rotaryFromConfig(file: string, config: JsonObject, defaults: RotaryDefaults): RotarySpec {
  const fields = new FieldReader(file, config);
  for (const name of ['rope_parameters', 'rope_scaling']) {
    const rope = fields.get(name);
    if (isJsonObject(rope)) return rotaryFrom(file, name, { ...besides(config), ...rope }, defaults);
  }
  return { theta: fields.positive('rope_theta', defaults.theta), scaling: null };
}

/** What older files keep beside the scaling. */
function besides(config: JsonObject): JsonObject {
  return {
    rope_theta: config['rope_theta'],
    original_max_position_embeddings: config['original_max_position_embeddings'],
  };
}

/** One description of a rotation, everything in one object.
 *  @param name under which it stands in the file, for messages */
export function rotaryFrom(
  file: string,
  name: string,
  rope: JsonObject,
  defaults: RotaryDefaults,
): RotarySpec {
  const fields = new FieldReader(file, rope);
  const kind = fields.get('rope_type') ?? fields.get('type') ?? 'default';
  const theta = fields.positive('rope_theta', defaults.theta);
  if (fields.get('partial_rotary_factor') !== undefined && fields.get('partial_rotary_factor') !== 1) {
    throw unsupportedField(file, `${name}.partial_rotary_factor`, fields.get('partial_rotary_factor'));
  }
  if (kind === 'default') return { theta, scaling: null };
  const read = typeof kind === 'string' ? readers.get(kind) : undefined;
  if (!read) throw unsupportedField(file, name, kind);
  return { theta, scaling: read(fields, defaults) };
}

const readers = new Map<string, (fields: FieldReader, defaults: RotaryDefaults) => RotaryScaling>([
  ['linear', (fields) => ({ kind: 'linear', factor: fields.positive('factor') })],
  [
    'llama3',
    (fields, { maxPositions }) => ({
      kind: 'llama3',
      factor: fields.positive('factor'),
      lowFrequencyFactor: fields.positive('low_freq_factor'),
      highFrequencyFactor: fields.positive('high_freq_factor'),
      originalPositions: fields.integer('original_max_position_embeddings', 1, MOST, maxPositions),
    }),
  ],
  ['yarn', readYarn],
]);

function readYarn(fields: FieldReader, { maxPositions }: RotaryDefaults): RotaryScaling {
  const originalPositions = fields.integer('original_max_position_embeddings', 1, MOST, maxPositions);
  const factor = fields.positive('factor', maxPositions / originalPositions);
  return {
    kind: 'yarn',
    factor,
    originalPositions,
    betaFast: fields.positive('beta_fast', 32),
    betaSlow: fields.positive('beta_slow', 1),
    attentionFactor: fields.positive('attention_factor', attentionFactor(fields, factor)),
    truncate: fields.boolean('truncate', true),
  };
}

function attentionFactor(fields: FieldReader, factor: number): number {
  const scale = (weight: number) => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  if (!fields.get('mscale') || !fields.get('mscale_all_dim')) return scale(1);
  return scale(fields.positive('mscale')) / scale(fields.positive('mscale_all_dim'));
}

/** The same as config.json says it since transformers 5. */
export function rotaryToConfig({ theta, scaling }: RotarySpec): JsonObject {
  if (scaling === null) return { rope_type: 'default', rope_theta: theta };
  const { kind, factor } = scaling;
  const common = { rope_type: kind, rope_theta: theta, factor };
  if (scaling.kind === 'linear') return common;
  if (scaling.kind === 'llama3') {
    return {
      ...common,
      low_freq_factor: scaling.lowFrequencyFactor,
      high_freq_factor: scaling.highFrequencyFactor,
      original_max_position_embeddings: scaling.originalPositions,
    };
  }
  return {
    ...common,
    original_max_position_embeddings: scaling.originalPositions,
    beta_fast: scaling.betaFast,
    beta_slow: scaling.betaSlow,
    attention_factor: scaling.attentionFactor,
    truncate: scaling.truncate,
  };
}

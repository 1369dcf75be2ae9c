/** LoRA adapters in PEFT's files: adapter_config.json and adapter_model.safetensors. What PEFT would do otherwise than
 *  adding B · A to a linear layer is refused, never ignored. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EngineError } from '../errors.ts';
import { layerParameters, linearsOf, type LinearParameters } from '../nn/decoder-parameters.ts';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import { mergedWeight, type LoraPair, type LoraPairs } from '../nn/lora.ts';
import { digestOfAdapterFiles } from './adapter-digest.ts';
import type { Checkpoint, WeightSource } from './checkpoint.ts';
import { FieldReader, isJsonObject, unsupportedField, type JsonObject } from './json-object.ts';
import { openSafetensors } from './safetensors.ts';
import { adapterWeightNames, moduleOf } from './write-lora-adapter.ts';

const MOST_RANK = 65_536;

/** Fields that change what is computed wherever they hold something. */
const OTHER_METHODS = [
  'modules_to_save',
  'rank_pattern',
  'alpha_pattern',
  'trainable_token_indices',
  'layer_replication',
  'target_parameters',
  'alora_invocation_tokens',
  'arrow_config',
  'kasa_config',
  'monteclora_config',
  'use_bdlora',
];

export interface LoraAdapter {
  readonly path: string;
  readonly pairs: LoraPairs;
  /** Of both its files. */
  readonly digest: string;
}

/** @throws EngineError E_MODEL_NOT_FOUND, E_MODEL_UNSUPPORTED for a kind that is no plain LoRA, E_CHECKPOINT_INVALID
 *  when it does not fit the model */
export async function readLoraAdapter(folder: string, spec: DecoderSpec): Promise<LoraAdapter> {
  const path = resolve(folder);
  const scaleOf = readScale(join(path, 'adapter_config.json'), await readConfig(path));
  const weights = await openSafetensors([join(path, 'adapter_model.safetensors')]);
  try {
    return {
      path,
      pairs: await readPairs(path, spec, weights, scaleOf),
      digest: await digestOfAdapterFiles(path),
    };
  } finally {
    await weights.close();
  }
}

async function readConfig(path: string): Promise<JsonObject> {
  const file = join(path, 'adapter_config.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new EngineError('E_MODEL_NOT_FOUND', `cannot read ${file}: ${String(cause)}`, {
      cause,
      remedy: 'Give a folder with adapter_config.json and adapter_model.safetensors, as PEFT saves them.',
    });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Told below.
  }
  throw new EngineError('E_CHECKPOINT_INVALID', `${file} is not a JSON object`);
}

/** What B · A is multiplied by, by rank. */
function readScale(file: string, config: JsonObject): (rank: number) => number {
  const fields = new FieldReader(file, config);
  const only: Record<string, readonly unknown[]> = {
    peft_type: ['LORA'],
    bias: ['none', undefined],
    use_dora: [false, undefined],
    lora_bias: [false, undefined],
    use_qalora: [false, undefined],
  };
  for (const [name, supported] of Object.entries(only)) {
    if (!supported.includes(fields.get(name))) throw unsupportedField(file, name, fields.get(name));
  }
  for (const name of OTHER_METHODS) {
    const value = fields.get(name);
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    if (value !== undefined && !isEmpty) throw unsupportedField(file, name, value);
  }
  const alpha = fields.positive('lora_alpha', 8);
  const isRankStabilised = fields.boolean('use_rslora', false);
  return (rank) => alpha / (isRankStabilised ? Math.sqrt(rank) : rank);
}

async function readPairs(
  path: string,
  spec: DecoderSpec,
  weights: WeightSource,
  scaleOf: (rank: number) => number,
): Promise<LoraPairs> {
  const pairs = new Map<string, LoraPair>();
  const read = new Set<string>();
  for (const linear of linearsByWeight(spec).values()) {
    const { a: nameA, b: nameB } = adapterWeightNames(linear);
    const [shapeA, shapeB] = [weights.shapes.get(nameA), weights.shapes.get(nameB)];
    if (!shapeA && !shapeB) continue;
    const rank = shapeA?.[0] ?? 0;
    const expected = [`${rank},${linear.inSize}`, `${linear.outSize},${rank}`];
    if (rank < 1 || rank > MOST_RANK || shapeA?.join() !== expected[0] || shapeB?.join() !== expected[1]) {
      throw new EngineError(
        'E_CHECKPOINT_INVALID',
        `${path}: the adapter of ${moduleOf(linear)} is (${shapeA?.join(', ')}) and (${shapeB?.join(', ')}), ` +
          `the layer takes ${linear.inSize} and gives ${linear.outSize}`,
      );
    }
    const scale = scaleOf(rank);
    const b = (await weights.read(nameB)).map((value) => value * scale);
    pairs.set(linear.weight, { rank, a: await weights.read(nameA), b });
    read.add(nameA).add(nameB);
  }
  const other = [...weights.shapes.keys()].find((name) => !read.has(name));
  if (other !== undefined || pairs.size === 0) {
    throw new EngineError(
      'E_CHECKPOINT_INVALID',
      `${path}: ${other ?? 'nothing in it'} adapts no linear layer of this model`,
      { remedy: 'Is it the adapter of another model?' },
    );
  }
  return pairs;
}

/** Linear layers by the name of their weight. */
function linearsByWeight(spec: DecoderSpec): Map<string, LinearParameters> {
  const linears = Array.from({ length: spec.layerCount }, (_, layer) => layerParameters(spec, layer)).flatMap(
    linearsOf,
  );
  return new Map(linears.map((linear) => [linear.weight, linear]));
}

/** The checkpoint with the adapter added to its weights. */
export function withMergedAdapter(checkpoint: Checkpoint, adapter: LoraAdapter): Checkpoint {
  const linears = linearsByWeight(checkpoint.spec);
  const { weights } = checkpoint;
  return {
    ...checkpoint,
    digests: { ...checkpoint.digests, adapter: adapter.digest },
    weights: {
      shapes: weights.shapes,
      async read(name) {
        const stored = await weights.read(name);
        const pair = adapter.pairs.get(name);
        return pair ? mergedWeight(stored, linears.get(name)!, pair) : stored;
      },
      close: () => weights.close(),
    },
  };
}

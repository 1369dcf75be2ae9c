/** A Hugging Face folder with weights: model.safetensors, or shards and their index. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../errors.ts';
import { parameterPrefix } from '../nn/decoder-parameters.ts';
import { checkWeights } from './check-weights.ts';
import type { Checkpoint, ModelDigests, WeightSource } from './checkpoint.ts';
import { specFromConfig } from './decoder-config.ts';
import { describeFolder, digestsOfFolder, modelOfFolder, readOptionalJson } from './folder-description.ts';
import { isJsonObject } from './json-object.ts';
import { openSafetensors } from './safetensors.ts';

export async function readHuggingFaceFolder(folder: string): Promise<Checkpoint> {
  const description = await describeFolder(folder);
  const spec = specFromConfig(join(folder, 'config.json'), description.config);
  const files = await weightFiles(folder);
  const weights = withPrefix(await openSafetensors(files), parameterPrefix(spec));
  try {
    checkWeights(folder, spec, weights.shapes);
    return { ...(await modelOfFolder(folder, description, files)), format: 'huggingface', spec, weights };
  } catch (error) {
    await weights.close();
    throw error;
  }
}

/** Files that hold the decoder without its head, such as GPT-2's, leave out the prefix of its names. */
function withPrefix(weights: WeightSource, prefix: string): WeightSource {
  if ([...weights.shapes.keys()].some((name) => name.startsWith(prefix))) return weights;
  return {
    shapes: new Map([...weights.shapes].map(([name, shape]) => [`${prefix}${name}`, shape])),
    read: (name) => weights.read(name.slice(prefix.length)),
    close: () => weights.close(),
  };
}

export async function digestHuggingFaceFolder(folder: string): Promise<ModelDigests> {
  return digestsOfFolder(await describeFolder(folder), await weightFiles(folder));
}

async function weightFiles(folder: string): Promise<string[]> {
  const single = join(folder, 'model.safetensors');
  if (existsSync(single)) return [single];
  const index = await readOptionalJson(folder, 'model.safetensors.index.json');
  if (!index) {
    throw new EngineError(
      'E_MODEL_NOT_FOUND',
      `${folder} has neither model.safetensors nor model.safetensors.index.json`,
    );
  }
  const map = index['weight_map'];
  const names = isJsonObject(map) ? [...new Set(Object.values(map).map(String))].sort() : [];
  // A shard's name is data of a stranger: it stays inside the folder.
  if (names.length === 0 || !names.every((name) => /^[\w.-]+\.safetensors$/.test(name))) {
    throw new EngineError(
      'E_CHECKPOINT_INVALID',
      `${folder}: model.safetensors.index.json names no usable files`,
    );
  }
  return names.map((name) => join(folder, name));
}

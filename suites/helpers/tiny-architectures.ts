/** Tiny models of every architecture, as fixtures/golden/engine/architectures.py makes them: weights from a recipe,
 *  so that only logits need to be kept. Bit for bit the same numbers in both languages. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors, type StoredTensor } from '../../engine/checkpoint/write-safetensors.ts';
import { elementCount } from '../../engine/tensor/dtype.ts';
import golden from '../../fixtures/golden/engine/architectures.json' with { type: 'json' };
import { packageRoot } from '../../harness/tasks/package-root.ts';

export interface TinyModel {
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** As stored: tied parameters once. */
  readonly parameters: readonly {
    readonly name: string;
    readonly shape: number[];
    readonly centre: number;
  }[];
  /** Names of the parameters in llama.cpp; null where it does not have the architecture. */
  readonly gguf: Readonly<Record<string, string | undefined>> | null;
  readonly prompts: readonly {
    readonly ids: readonly number[];
    /** Of the last position and of one in the middle; every `logitStride`-th. */
    readonly logits: readonly (readonly number[])[];
    readonly greedy: readonly number[];
  }[];
}

export const tinyModels: readonly TinyModel[] = golden.cases;
export const logitStride: number = golden.stride;

export function tinyModel(name: string): TinyModel {
  return tinyModels.find(({ model }) => model === name)!;
}

/** The recipe's weights by Hugging Face name. */
export function tinyWeights({ parameters }: TinyModel): Map<string, StoredTensor> {
  return new Map(
    parameters.map(({ name, shape, centre }) => [name, { shape, data: recipeWeight(name, shape, centre) }]),
  );
}

/** Writes a Hugging Face folder; the tokenizer is that of the golden model tiny-tied.
 *  @param weights others than the recipe's, such as those of another naming */
export async function writeTinyModel(
  folder: string,
  tiny: TinyModel,
  weights: ReadonlyMap<string, StoredTensor> = tinyWeights(tiny),
): Promise<string> {
  await writeTinyFiles(folder, tiny);
  await writeSafetensors(join(folder, 'model.safetensors'), weights);
  return folder;
}

/** All files but the weights. */
export async function writeTinyFiles(folder: string, tiny: TinyModel): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(tiny.config));
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']) {
    await copyFile(join(packageRoot, 'fixtures/golden/engine/tiny-tied', name), join(folder, name));
  }
}

/** Matrices in [-1/4, 1/4), vectors in centre + [-1/2, 1/2). */
export function recipeWeight(name: string, shape: readonly number[], centre: number): Float32Array {
  const random = uniform(name);
  const width = shape.length === 1 ? 1 : 0.5;
  return Float32Array.from({ length: elementCount(shape) }, () => (random() - 0.5) * width + centre);
}

/** Numbers in [0, 1), multiples of 2^-24: SplitMix32, seeded by the name's FNV-1a hash. */
function uniform(name: string): () => number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(name)) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 8) / 2 ** 24;
  };
}

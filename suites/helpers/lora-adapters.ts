/** LoRA adapters as fixtures/golden/engine/adapters.py makes them, in PEFT's layout. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../../engine/checkpoint/write-safetensors.ts';
import golden from '../../fixtures/golden/engine/adapters.json' with { type: 'json' };
import { recipeWeight, tinyModel, type TinyModel } from './tiny-architectures.ts';

export interface GoldenAdapter {
  readonly adapter: string;
  /** The model that it adapts. */
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly parameters: readonly { readonly name: string; readonly shape: number[] }[];
  readonly ids: readonly number[];
  /** Of the last position, every `logitStride`-th. */
  readonly logits: readonly number[];
  readonly greedy: readonly number[];
}

export const goldenAdapters: readonly GoldenAdapter[] = golden.cases;

export function modelOf({ model }: GoldenAdapter): TinyModel {
  return tinyModel(model);
}

export async function writeAdapter(
  folder: string,
  { config, parameters }: GoldenAdapter,
  change: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'adapter_config.json'), JSON.stringify({ ...config, ...change }));
  const weights = parameters.map(
    ({ name, shape }) => [name, { shape, data: recipeWeight(name, shape, 0) }] as const,
  );
  await writeSafetensors(join(folder, 'adapter_model.safetensors'), new Map(weights));
  return folder;
}

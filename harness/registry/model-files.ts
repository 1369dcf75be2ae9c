/** Which files make up a model, and what part of it each is. Knows names; reads nothing but the index of shards. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelDigests } from '../../engine/index.ts';

export type FilePart = 'weights' | 'tokenizer' | 'configuration' | 'adapter' | 'document';

export interface ModelFile {
  /** Within the object; parts of the name are joined by `/`. */
  readonly name: string;
  readonly part: FilePart;
  /** Where it is copied from. */
  readonly path: string;
}

export const GGUF_NAME = 'model.gguf';

/** Files that the engine reads, those that the trainer leaves beside them, and those that tell people what it is.
 *  Weights are found apart. */
const parts: ReadonlyMap<string, FilePart> = new Map([
  ['config.json', 'configuration'],
  ['generation_config.json', 'configuration'],
  ['tokenizer.json', 'tokenizer'],
  ['tokenizer_config.json', 'tokenizer'],
  ['special_tokens_map.json', 'tokenizer'],
  ['chat_template.jinja', 'tokenizer'],
  ['model.safetensors.index.json', 'weights'],
  ['adapter/adapter_config.json', 'adapter'],
  ['adapter/adapter_model.safetensors', 'adapter'],
  ['trainer_state.json', 'document'],
  ['training-log.jsonl', 'document'],
  ['training-data.json', 'document'],
  ['adapter/training-data.json', 'document'],
  ['README.md', 'document'],
  ['card.md', 'document'],
  ['LICENSE', 'document'],
  ['LICENSE.txt', 'document'],
  ['LICENSE.md', 'document'],
]);

/** Files of a Hugging Face folder, whatever else lies there, or the one GGUF file. */
export async function modelFiles(source: string): Promise<ModelFile[]> {
  if (!(await stat(source)).isDirectory()) return [{ name: GGUF_NAME, part: 'weights', path: source }];
  const adapter = await readdir(join(source, 'adapter')).catch((): string[] => []);
  const present = [...(await readdir(source)), ...adapter.map((name) => `adapter/${name}`)].sort();
  const weights = present.includes('model.safetensors')
    ? new Set(['model.safetensors'])
    : await shardNames(join(source, 'model.safetensors.index.json'));
  return present.flatMap((name) => {
    const part = weights.has(name) ? 'weights' : parts.get(name);
    return part === undefined ? [] : [{ name, part, path: join(source, name) }];
  });
}

/** Names of all files in a folder and its folders, in alphabetical order, parts joined by `/`. */
export async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = await Promise.all(
    entries.map(async (entry) => {
      if (!entry.isDirectory()) return [entry.name];
      return (await namesIn(join(folder, entry.name))).map((name) => `${entry.name}/${name}`);
    }),
  );
  return names.flat().sort();
}

/** Shards that the index names. Not checked here: the digests of the copy tell whether it is whole. */
async function shardNames(index: string): Promise<Set<string>> {
  const text = await readFile(index, 'utf8').catch(() => '{}');
  const { weight_map: map } = JSON.parse(text) as { weight_map?: Record<string, string> };
  return new Set(Object.values(map ?? {}));
}

const digestedParts = ['weights', 'tokenizer', 'template', 'config', 'adapter'] as const;

type DigestedPart = (typeof digestedParts)[number];

/** Parts of two models that are not the same; where a part is missing in both, it is. */
export function differingParts(a: ModelDigests, b: ModelDigests): DigestedPart[] {
  return digestedParts.filter((part) => (a[part] ?? null) !== (b[part] ?? null));
}

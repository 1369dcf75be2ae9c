/** The digest of a LoRA adapter in PEFT's files. One that belongs to a model lies in its folder `adapter/`.
 *  Knows names; nothing of what an adapter does. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { digestOfFile } from './binary-file.ts';
import { digestOfValue } from './canonical-json.ts';

const FILES = ['adapter_config.json', 'adapter_model.safetensors'];

/** Of both files of an adapter's folder, or of the one that is there; null where there is neither. */
async function digestOfFolder(folder: string): Promise<string | null> {
  const paths = FILES.map((name) => join(folder, name)).filter((path) => existsSync(path));
  return paths.length === 0 ? null : digestOfValue(await Promise.all(paths.map(digestOfFile)));
}

/** Null where the model has no adapter. */
export function digestAdapter(modelFolder: string): Promise<string | null> {
  return digestOfFolder(join(modelFolder, 'adapter'));
}

/** Of an adapter whose files were read. */
export async function digestOfAdapterFiles(folder: string): Promise<string> {
  return (await digestOfFolder(folder))!;
}

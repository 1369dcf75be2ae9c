/** The digest of a LoRA adapter in PEFT's files, which lie in the folder `adapter/` of the model they belong to.
 *  Knows names; nothing of what an adapter does. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { digestOfFile } from './binary-file.ts';
import { digestOfValue } from './canonical-json.ts';

const FILES = ['adapter_config.json', 'adapter_model.safetensors'];

/** Null where the model has no adapter. */
export async function digestAdapter(modelFolder: string): Promise<string | null> {
  const paths = FILES.map((name) => join(modelFolder, 'adapter', name)).filter((path) => existsSync(path));
  return paths.length === 0 ? null : digestOfValue(await Promise.all(paths.map(digestOfFile)));
}

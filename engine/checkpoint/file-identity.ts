/** What tells that a file is still the one it was, without reading it.
 *  Knows what the file system says; knows nothing of contents. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../errors.ts';

/** Changes with every write to the file, or to a file of the folder: place, size, time of change.
 *  @throws EngineError E_MODEL_NOT_FOUND */
export async function identityOf(path: string): Promise<string> {
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isDirectory()) {
      return [path, stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':');
    }
    const names = (await readdir(path)).sort();
    return (await Promise.all(names.map((name) => identityOf(join(path, name))))).join('\n');
  } catch (cause) {
    throw new EngineError('E_MODEL_NOT_FOUND', `cannot read ${path}: ${String(cause)}`, { cause });
  }
}

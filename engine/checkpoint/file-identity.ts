/** What the file system says of files without reading them: whether one is still what it was, and how large it is.
 *  Knows nothing of contents. */
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

/** Bytes of a file, or of all files of a folder; 0 for what cannot be read. */
export async function bytesOf(path: string): Promise<number> {
  try {
    const stats = await stat(path);
    if (!stats.isDirectory()) return stats.size;
    const sizes = await Promise.all((await readdir(path)).map((name) => bytesOf(join(path, name))));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}

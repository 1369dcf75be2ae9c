/** Folders that the harness writes to, and how much lies in them. */
import { accessSync, constants, existsSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { huggingfaceCache } from '../models/huggingface-cache.ts';
import { harnessHome } from '../runs/home.ts';

export interface Folder {
  readonly what: string;
  readonly path: string;
  readonly exists: boolean;
  /** Null where counting took too long, or the folder may not be read. */
  readonly bytes: number | null;
  readonly writable: boolean;
}

export async function readFolders(env: NodeJS.ProcessEnv, deadlineMs: number): Promise<Folder[]> {
  const home = harnessHome(env);
  const user = process.getuid?.();
  const folders = [
    ['runs', join(home, 'runs')],
    ['registry', join(home, 'registry')],
    ['models from the hub', huggingfaceCache(env)],
    ['prepared weights', join(tmpdir(), user === undefined ? 'modelgate' : `modelgate-${user}`)],
  ] as const;
  return Promise.all(
    folders.map(async ([what, path]) => {
      const exists = existsSync(path);
      const bytes = exists ? await sizeOf(path, deadlineMs) : 0;
      return { what, path, exists, bytes, writable: isWritable(path) };
    }),
  );
}

/** Bytes of the files below, links not followed; null where the deadline passed or a folder may not be read.
 *  @param deadlineMs on performance.now()'s clock */
async function sizeOf(path: string, deadlineMs: number): Promise<number | null> {
  let bytes = 0;
  const pending = [path];
  try {
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      if (performance.now() > deadlineMs) return null;
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const inside = join(folder, entry.name);
        if (entry.isDirectory()) pending.push(inside);
        else if (entry.isFile()) bytes += (await lstat(inside)).size;
      }
    }
  } catch (error) {
    // A run that ends meanwhile takes its temporary files along.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return null;
  }
  return bytes;
}

/** Of a folder that is not there: whether it could be made. */
function isWritable(path: string): boolean {
  let nearest = path;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

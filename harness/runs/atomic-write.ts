/** Writes a file so that it is complete or absent, whatever happens to the process or the machine. */
import { randomUUID } from 'node:crypto';
import { link, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Makes a rename in `folder` last through a power cut; where the platform cannot (Windows), the rename alone stands. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  if (!handle) return;
  try {
    await handle.sync();
  } catch {
    // A file system that does not sync folders orders renames itself.
  } finally {
    await handle.close();
  }
}

/** Writes a file that must not exist yet, through to the disk. */
export async function writeSynced(path: string, data: string | Uint8Array): Promise<void> {
  await writeFile(path, data, { flag: 'wx', flush: true });
}

/** Writes beside the target, syncs, then renames over it. */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeSynced(temporary, data);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

interface NewFile {
  /** Where it is written first; on the same file system. Default: beside the target. */
  readonly staging?: string;
  /** A file system without hard links cannot make it whole or absent. Then: true rejects with that error, false makes
   *  it at least exclusively. */
  readonly whole?: boolean;
}

/** As `writeFileAtomic`, for a file that must not exist yet; false when it does. */
export async function writeFileNew(
  path: string,
  data: string | Uint8Array,
  { staging = dirname(path), whole = false }: NewFile = {},
): Promise<boolean> {
  const temporary = join(staging, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeSynced(temporary, data);
    await link(temporary, path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST' || whole) throw error;
      await writeSynced(path, data);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
  return true;
}

/** Indented JSON with a final newline. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** As `writeFileAtomic`, of `toJson` of a value. */
export async function writeJsonAtomic(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, toJson(value));
}

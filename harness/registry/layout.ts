/** The registry's folders, and the one way a thing comes into being there: complete or not at all.
 *
 *    objects/<sha256>/   manifest.json and files/: a model by its content; never changed
 *    models/<name>/N.json      version N of that name: which object
 *    aliases/<alias>/N.json    the N-th move of the alias: promotion or rollback; the last one counts
 *    evidence/<sha256>/  what a promotion rests on
 *    staging/            half-made folders; whatever lies there counts for nothing
 *
 *  There is no lock: files are made by link(2) and folders by rename(2), both of which fail when the name is taken,
 *  so of several writers one wins and the others see it. A process killed at any point leaves nothing half-made
 *  outside staging, and no history is ever rewritten. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { syncFolder, writeSynced } from '../runs/atomic-write.ts';

export interface RegistryFolders {
  readonly objects: string;
  readonly models: string;
  readonly aliases: string;
  readonly evidence: string;
  readonly staging: string;
}

export function registryFolders(home: string): RegistryFolders {
  const root = join(home, 'registry');
  return {
    objects: join(root, 'objects'),
    models: join(root, 'models'),
    aliases: join(root, 'aliases'),
    evidence: join(root, 'evidence'),
    staging: join(root, 'staging'),
  };
}

/** Makes the registry's folders where they are missing. */
export async function createFolders(folders: RegistryFolders): Promise<void> {
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
}

const NAME = /^[\w-][\w.-]{0,99}$/;

/** Names become folder names: no separators, no leading dot.
 *  @throws HarnessError E_USAGE */
export function requireName(what: 'name' | 'alias', name: string): void {
  if (NAME.test(name)) return;
  throw new HarnessError('E_USAGE', `The ${what} ${JSON.stringify(name)} is not usable`, {
    remedy: 'Use letters, digits, dot, dash and underscore, not a dot first, at most 100 characters.',
  });
}

/** Folder name of what has this digest. */
export function folderOfDigest(digest: string): string {
  return digest.replace(/^sha256:/, '');
}

/** A folder of its own for something half-made. */
export async function stagingFolder(folders: RegistryFolders): Promise<string> {
  const folder = join(folders.staging, randomUUID());
  await mkdir(folder);
  return folder;
}

/** No copy takes a day: older staging folders were left by killed processes. */
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;

export async function removeAbandoned(folders: RegistryFolders): Promise<void> {
  for (const name of await readdir(folders.staging)) {
    const path = join(folders.staging, name);
    const stats = await stat(path).catch(() => null);
    if (stats && Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

/** Moves a finished folder to where it counts. Named by content: if the name is taken, the same is there already.
 *  Its files must be synced. */
export async function placeFolder(staged: string, target: string, parent: string): Promise<void> {
  await syncFolder(staged);
  try {
    await rename(staged, target);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const taken = await stat(target).catch(() => null);
    if (!taken || !['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(code ?? '')) throw error;
    await rm(staged, { recursive: true, force: true });
  }
  await syncFolder(parent);
}

/** Writes `data` to a file that must not exist yet; false when it does. */
export async function writeFileExclusive(
  path: string,
  data: string,
  folders: RegistryFolders,
  parent: string,
): Promise<boolean> {
  const temporary = join(folders.staging, `${randomUUID()}.json`);
  await writeSynced(temporary, data);
  try {
    await link(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    throw new HarnessError('E_REGISTRY', `${parent} lies on a file system without hard links`, {
      remedy: 'Set HARNESS_HOME to a folder on a local file system.',
      cause: error,
    });
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(parent);
  return true;
}

/** The numbers of `N.json` in a folder, ascending; none where there is no folder. */
export async function numberedFiles(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .map((name) => /^([1-9]\d*)\.json$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** @throws HarnessError E_REGISTRY when the file is missing or damaged */
export async function readRecord<T>(path: string): Promise<T> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (cause) {
    throw new HarnessError('E_REGISTRY', `${path} is missing or damaged`, { cause });
  }
}

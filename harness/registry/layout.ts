/** The registry's folders, and the one way a thing comes into being there: complete or not at all.
 *
 *    objects/<sha256>/   manifest.json and files/: a model by its content; never changed
 *    models/<name>/N.json      version N of that name: which object
 *    aliases/<alias>/N.json    the N-th move of the alias: promotion or rollback; the last one counts
 *    evidence/<sha256>/  what a promotion rests on
 *    collecting/         what the garbage collector has set aside, until it is sure; see content.ts
 *    staging/            half-made folders, which count for nothing, and pins: what a writer is about to refer to
 *    policy.yaml         what a promotion needs besides a passing run; written by people
 *
 *  There is no lock: files are made by link(2) and folders by rename(2), both of which fail when the name is taken,
 *  so of several writers one wins and the others see it. A process killed at any point leaves nothing half-made
 *  outside staging, and no history is ever rewritten. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { syncFolder, toJson, writeFileNew } from '../runs/atomic-write.ts';

export interface RegistryFolders {
  readonly objects: string;
  readonly models: string;
  readonly aliases: string;
  readonly evidence: string;
  readonly collecting: string;
  readonly staging: string;
}

export function registryFolders(home: string): RegistryFolders {
  const root = join(home, 'registry');
  return {
    objects: join(root, 'objects'),
    models: join(root, 'models'),
    aliases: join(root, 'aliases'),
    evidence: join(root, 'evidence'),
    collecting: join(root, 'collecting'),
    staging: join(root, 'staging'),
  };
}

/** Makes the registry's folders where they are missing. */
export async function createFolders(folders: RegistryFolders): Promise<void> {
  for (const folder of Object.values(folders)) await createFolder(folder);
}

/** Makes a folder where it is missing, so that it lasts through a power cut as what is written into it does. */
export async function createFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  if (made === undefined) return;
  for (let each = folder; each.length >= made.length; each = dirname(each)) await syncFolder(dirname(each));
}

const NAME = /^[\w-][\w.-]{0,99}$/;

/** Names become folder names: no separators, no leading dot. */
export function isUsableName(name: string): boolean {
  return NAME.test(name);
}

/** @throws HarnessError E_USAGE for a name that is not usable */
export function requireName(what: 'name' | 'alias', name: string): void {
  if (isUsableName(name)) return;
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

/** No writer takes a day: older things in staging were left by killed processes. */
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;

/** What lies in staging, and whether whoever made it is surely gone. */
export async function stagedThings(
  folders: RegistryFolders,
): Promise<{ readonly path: string; readonly abandoned: boolean }[]> {
  const things = [];
  for (const name of await readdir(folders.staging).catch((): string[] => [])) {
    const path = join(folders.staging, name);
    const stats = await stat(path).catch(() => null);
    if (stats) things.push({ path, abandoned: Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS });
  }
  return things;
}

export async function removeAbandoned(folders: RegistryFolders): Promise<void> {
  for (const { path, abandoned } of await stagedThings(folders)) {
    if (abandoned) await rm(path, { recursive: true, force: true });
  }
}

/** Writes `data` to a file that must not exist yet; false when it does. */
export async function writeRecord(path: string, record: object, folders: RegistryFolders): Promise<boolean> {
  try {
    return await writeFileNew(path, toJson(record), { staging: folders.staging, whole: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    throw new HarnessError('E_REGISTRY', `${dirname(path)} lies on a file system without hard links`, {
      remedy: 'Set HARNESS_HOME to a folder on a local file system.',
      cause: error,
    });
  }
}

/** The numbers of `N.json` in a folder, ascending; none where there is no folder.
 *  @param ending of the files, in place of `.json` */
export async function numberedFiles(folder: string, ending = '.json'): Promise<number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    // A file that somebody else put between our folders is none of ours.
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(ending) && /^[1-9]\d*$/.test(name.slice(0, -ending.length)))
    .map((name) => Number(name.slice(0, -ending.length)))
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

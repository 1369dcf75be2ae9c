/** Versions of a name: `name@N`. A version never changes; the same object under the same name is the same version.
 *  A version that was collected leaves its record behind as `N.collected.json`: its number is not given again. */
import { readdir, rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelDigests } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { syncFolder } from '../runs/atomic-write.ts';
import { createFolder, numberedFiles, readRecord, writeRecord, type RegistryFolders } from './layout.ts';
import type { Lineage } from './lineage.ts';

export interface ModelVersion {
  readonly name: string;
  readonly version: number;
  /** Digest of the object: of all of its files. */
  readonly object: string;
  readonly digests: ModelDigests;
  /** As known when it was imported; absent in records of version 0.1.0. */
  readonly lineage?: Lineage;
  readonly importedAt: string;
  readonly importedBy?: string;
}

const COLLECTED = '.collected.json';

export const versionPath = (name: string, version: number, folders: RegistryFolders): string =>
  join(folders.models, name, `${version}.json`);
const collectedPath = (name: string, version: number, folders: RegistryFolders): string =>
  join(folders.models, name, `${version}${COLLECTED}`);

/** Versions of a name, oldest first. */
export async function versionsOf(name: string, folders: RegistryFolders): Promise<ModelVersion[]> {
  const folder = join(folders.models, name);
  const read = async (number: number): Promise<ModelVersion[]> => {
    try {
      return [await readVersion(name, number, folders)];
    } catch (error) {
      // Collected since we looked.
      if (!(await numberedFiles(folder)).includes(number)) return [];
      throw error;
    }
  };
  return (await Promise.all((await numberedFiles(folder)).map(read))).flat();
}

/** @throws HarnessError E_REGISTRY_NOT_FOUND, E_REGISTRY */
export async function findVersion(
  name: string,
  version: number,
  folders: RegistryFolders,
): Promise<ModelVersion> {
  const folder = join(folders.models, name);
  const numbers = await numberedFiles(folder);
  if (!numbers.includes(version)) {
    const collected = (await numberedFiles(folder, COLLECTED)).includes(version);
    const have = numbers.length > 0 ? `it has ${numbers.join(', ')}` : 'there is no such name';
    const why = collected ? 'it was collected as nobody needed it' : have;
    throw new HarnessError('E_REGISTRY_NOT_FOUND', `The registry has no ${name}@${version}; ${why}.`);
  }
  return readVersion(name, version, folders);
}

/** A version that a move of an alias refers to: where a collector was killed having taken it, it is brought back.
 *  @throws HarnessError E_REGISTRY_NOT_FOUND, E_REGISTRY */
export async function neededVersion(
  name: string,
  version: number,
  folders: RegistryFolders,
): Promise<ModelVersion> {
  const numbers = await numberedFiles(join(folders.models, name));
  if (!numbers.includes(version)) await bringVersionBack(name, version, folders);
  return findVersion(name, version, folders);
}

async function readVersion(name: string, version: number, folders: RegistryFolders): Promise<ModelVersion> {
  const path = versionPath(name, version, folders);
  const record = await readRecord<ModelVersion>(path);
  if (record.name !== name || record.version !== version || typeof record.object !== 'string') {
    throw new HarnessError('E_REGISTRY', `${path} is not the record of ${name}@${version}`);
  }
  return record;
}

/** The version of `name` that holds the object; a new one where none does. The object is pinned.
 *  @param made what a new record says besides */
export async function addVersion(
  name: string,
  object: string,
  made: Pick<ModelVersion, 'digests' | 'lineage' | 'importedBy'>,
  folders: RegistryFolders,
): Promise<ModelVersion> {
  const folder = join(folders.models, name);
  await createFolder(folder);
  for (;;) {
    const versions = await versionsOf(name, folders);
    const same = versions.find((version) => version.object === object);
    if (same) {
      const now = new Date();
      // Of use again: its age counts anew. Where a collector has just taken it, we look again.
      const touched = await utimes(versionPath(name, same.version, folders), now, now).then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
      );
      if (touched) return same;
      continue;
    }
    const taken = [...versions.map(({ version }) => version), ...(await numberedFiles(folder, COLLECTED))];
    const version = Math.max(0, ...taken) + 1;
    const record: ModelVersion = { name, version, object, ...made, importedAt: new Date().toISOString() };
    // Somebody else may take the number first; then we look again.
    if (await writeRecord(versionPath(name, version, folders), record, folders)) return record;
  }
}

/** False where somebody else was quicker. */
export async function takeVersion(name: string, version: number, folders: RegistryFolders): Promise<boolean> {
  return moveRecord(versionPath(name, version, folders), collectedPath(name, version, folders));
}

export async function bringVersionBack(
  name: string,
  version: number,
  folders: RegistryFolders,
): Promise<void> {
  await moveRecord(collectedPath(name, version, folders), versionPath(name, version, folders));
}

async function moveRecord(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  await syncFolder(join(to, '..'));
  return true;
}

/** All names, in alphabetical order. */
export async function modelNames(folders: RegistryFolders): Promise<string[]> {
  return (await readdir(folders.models).catch((): string[] => [])).sort();
}

/** Versions of a name: `name@N`. A version never changes; the same object under the same name is the same version. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelDigests } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { toJson } from '../runs/atomic-write.ts';
import { numberedFiles, readRecord, writeFileExclusive, type RegistryFolders } from './layout.ts';

export interface ModelVersion {
  readonly name: string;
  readonly version: number;
  /** Digest of the object: of all of its files. */
  readonly object: string;
  readonly digests: ModelDigests;
  readonly importedAt: string;
}

/** Versions of a name, oldest first. */
export async function versionsOf(name: string, folders: RegistryFolders): Promise<ModelVersion[]> {
  const folder = join(folders.models, name);
  const numbers = await numberedFiles(folder);
  return Promise.all(numbers.map((number) => readVersion(name, number, folders)));
}

/** @throws HarnessError E_REGISTRY_NOT_FOUND, E_REGISTRY */
export async function findVersion(
  name: string,
  version: number,
  folders: RegistryFolders,
): Promise<ModelVersion> {
  const numbers = await numberedFiles(join(folders.models, name));
  if (!numbers.includes(version)) {
    const have = numbers.length > 0 ? `it has ${numbers.join(', ')}` : 'there is no such name';
    throw new HarnessError('E_REGISTRY_NOT_FOUND', `The registry has no ${name}@${version}; ${have}.`);
  }
  return readVersion(name, version, folders);
}

async function readVersion(name: string, version: number, folders: RegistryFolders): Promise<ModelVersion> {
  const path = join(folders.models, name, `${version}.json`);
  const record = await readRecord<ModelVersion>(path);
  if (record.name !== name || record.version !== version || typeof record.object !== 'string') {
    throw new HarnessError('E_REGISTRY', `${path} is not the record of ${name}@${version}`);
  }
  return record;
}

/** The version of `name` that holds the object; a new one where none does. */
export async function addVersion(
  name: string,
  object: string,
  digests: ModelDigests,
  folders: RegistryFolders,
): Promise<ModelVersion> {
  const folder = join(folders.models, name);
  await mkdir(folder, { recursive: true });
  for (;;) {
    const versions = await versionsOf(name, folders);
    const same = versions.find((version) => version.object === object);
    if (same) return same;
    const version = (versions.at(-1)?.version ?? 0) + 1;
    const record: ModelVersion = { name, version, object, digests, importedAt: new Date().toISOString() };
    // Somebody else may take the number first; then we look again.
    if (await writeFileExclusive(join(folder, `${version}.json`), toJson(record), folders, folder))
      return record;
  }
}

/** All names, in alphabetical order. */
export async function modelNames(folders: RegistryFolders): Promise<string[]> {
  return (await readdir(folders.models).catch((): string[] => [])).sort();
}

/** Garbage: models and evidence that no alias, no history and no version needs, versions that nobody promoted for a
 *  long time, and what killed processes left. How it gets along with writers: see content.ts. */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { aliasNames, historyOf } from './aliases.ts';
import {
  bringBack,
  contentAside,
  contentOf,
  destroy,
  pinnedDigests,
  setAside,
  stagedGarbage,
  type Aside,
  type Content,
} from './content.ts';
import { createFolders, folderOfDigest, registryFolders, type RegistryFolders } from './layout.ts';
import { namesIn } from './model-files.ts';
import {
  bringVersionBack,
  modelNames,
  takeVersion,
  versionPath,
  versionsOf,
  type ModelVersion,
} from './versions.ts';

export interface CollectOptions {
  readonly home: string;
  /** Versions that no alias ever pointed at are kept for as long since they were last imported. */
  readonly keepDays: number;
  /** Collect; otherwise tell what would be collected. */
  readonly confirmed: boolean;
  /** Younger content is left alone, so that writers at work need not place it twice. Default: an hour. */
  readonly minAgeMs?: number;
  /** Told of each step as it is done. */
  readonly onStep?: (step: CollectionStep) => void | Promise<void>;
}

/** In this order, some of them many times; a collection that ends after any of them leaves the registry whole. */
export const collectionSteps = ['scanned', 'taken', 'aside', 'destroyed'] as const;
export type CollectionStep = (typeof collectionSteps)[number];

export interface Collected {
  readonly what: 'version' | 'model' | 'evidence' | 'leftover';
  /** name@N, a digest, or a file name. */
  readonly name: string;
  /** That it frees; 0 for a version, whose files are counted as a model. */
  readonly bytes: number;
}

export interface Collection {
  readonly collected: readonly Collected[];
  readonly bytes: number;
  readonly confirmed: boolean;
}

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** @throws HarnessError E_REGISTRY when a record is damaged: what it needs is not known, so nothing is collected */
export async function collectGarbage(options: CollectOptions): Promise<Collection> {
  const { home, keepDays, confirmed, minAgeMs = HOUR_MS } = options;
  const onStep = options.onStep ?? (() => undefined);
  const folders = registryFolders(home);
  if (confirmed) await createFolders(folders);
  const collected: Collected[] = [];

  const before = await scan(folders);
  await onStep('scanned');
  const unused = await unusedVersions(before, keepDays, folders);
  for (const version of unused) {
    if (confirmed && !(await collectVersion(version, keepDays, folders, onStep))) continue;
    collected.push({ what: 'version', name: `${version.name}@${version.version}`, bytes: 0 });
  }
  // What a version alone needed is garbage with it.
  const gone = new Set(collected.map(({ name }) => name));
  const needed = neededDigests({
    ...before,
    versions: before.versions.filter(({ name, version }) => !gone.has(`${name}@${version}`)),
  });

  for (const kind of ['objects', 'evidence'] as const) {
    for (const content of await contentOf(kind, folders)) {
      if (needed.has(content.digest)) continue;
      const path = join(folders[kind], folderOfDigest(content.digest));
      const age = await ageMs(path);
      if (age === null || age < minAgeMs) continue;
      const row = {
        what: kind === 'objects' ? 'model' : 'evidence',
        name: content.digest,
        bytes: await sizeOf(path),
      } as const;
      if (!confirmed || (await collectContent(content, folders, onStep))) collected.push(row);
    }
  }
  collected.push(...(await finishKilled(confirmed, folders, onStep)));
  const bytes = collected.reduce((sum, each) => sum + each.bytes, 0);
  return { collected, bytes, confirmed };
}

interface Scan {
  readonly pins: ReadonlySet<string>;
  readonly moves: readonly {
    readonly name: string;
    readonly version: number;
    readonly object: string;
    readonly evidence: string;
  }[];
  readonly versions: readonly ModelVersion[];
}

/** Pins first: one that goes while we look has left a record behind. */
async function scan(folders: RegistryFolders): Promise<Scan> {
  const pins = await pinnedDigests(folders);
  const moves = [];
  for (const alias of await aliasNames(folders)) moves.push(...(await historyOf(alias, folders)));
  const versions = [];
  for (const name of await modelNames(folders)) versions.push(...(await versionsOf(name, folders)));
  return { pins, moves, versions };
}

function neededDigests({ pins, moves, versions }: Scan): Set<string> {
  return new Set([
    ...pins,
    ...moves.flatMap(({ object, evidence }) => [object, evidence]),
    ...versions.map(({ object }) => object),
  ]);
}

async function isNeeded(digest: string, folders: RegistryFolders): Promise<boolean> {
  return neededDigests(await scan(folders)).has(digest);
}

function isUsed({ name, version, object }: ModelVersion, { pins, moves }: Scan): boolean {
  return pins.has(object) || moves.some((move) => move.name === name && move.version === version);
}

async function unusedVersions(
  found: Scan,
  keepDays: number,
  folders: RegistryFolders,
): Promise<ModelVersion[]> {
  const unused = [];
  for (const version of found.versions) {
    if (!isUsed(version, found) && (await isOld(version, keepDays, folders))) unused.push(version);
  }
  return unused;
}

/** By when it was last imported, which the file's time tells. */
async function isOld(version: ModelVersion, keepDays: number, folders: RegistryFolders): Promise<boolean> {
  const age = await ageMs(versionPath(version.name, version.version, folders));
  return age !== null && age >= keepDays * DAY_MS;
}

/** Takes the record away, then looks whether anybody needs it by now. */
async function collectVersion(
  version: ModelVersion,
  keepDays: number,
  folders: RegistryFolders,
  onStep: (step: CollectionStep) => void | Promise<void>,
): Promise<boolean> {
  const { name, version: number } = version;
  if (!(await isOld(version, keepDays, folders)) || !(await takeVersion(name, number, folders))) return false;
  await onStep('taken');
  if (!isUsed(version, await scan(folders))) return true;
  await bringVersionBack(name, number, folders);
  return false;
}

/** Sets it aside, then looks whether anybody needs it by now. */
async function collectContent(
  content: Content,
  folders: RegistryFolders,
  onStep: (step: CollectionStep) => void | Promise<void>,
): Promise<boolean> {
  const aside = await setAside(content, folders);
  if (aside === null) return false;
  await onStep('aside');
  return settle(aside, folders, onStep);
}

async function settle(
  aside: Aside,
  folders: RegistryFolders,
  onStep: (step: CollectionStep) => void | Promise<void>,
): Promise<boolean> {
  if (await isNeeded(aside.digest, folders)) {
    await bringBack(aside, folders);
    // Where another copy lies in its place by now, this one is of no use.
    return destroy(aside, folders);
  }
  const destroyed = await destroy(aside, folders);
  await onStep('destroyed');
  return destroyed;
}

/** What collectors and writers left that were killed. */
async function finishKilled(
  confirmed: boolean,
  folders: RegistryFolders,
  onStep: (step: CollectionStep) => void | Promise<void>,
): Promise<Collected[]> {
  const left: Collected[] = [];
  for (const aside of await contentAside(folders)) {
    const row = { what: 'leftover', name: aside.digest, bytes: await sizeOf(aside.path) } as const;
    if (confirmed ? await settle(aside, folders, onStep) : !(await isNeeded(aside.digest, folders)))
      left.push(row);
  }
  for (const path of await stagedGarbage(folders)) {
    left.push({ what: 'leftover', name: path, bytes: await sizeOf(path) });
    if (confirmed) await rm(path, { recursive: true, force: true });
  }
  return left;
}

/** Null where it is gone. */
async function ageMs(path: string): Promise<number | null> {
  const stats = await stat(path).catch(() => null);
  return stats && Date.now() - stats.mtimeMs;
}

/** Bytes of a file, or of all files of a folder; what goes while we count is not counted. */
async function sizeOf(path: string): Promise<number> {
  const stats = await stat(path).catch(() => null);
  if (!stats?.isDirectory()) return stats?.size ?? 0;
  const names = await namesIn(path).catch((): string[] => []);
  const sizes = await Promise.all(names.map((name) => stat(join(path, name)).catch(() => null)));
  return sizes.reduce((sum, each) => sum + (each?.size ?? 0), 0);
}

/** Folders named by the digest of what they hold (models and evidence): placed, found again, collected.
 *
 *  How a collector and writers get along without a lock. A writer first *pins* the digest, then places the folder, or
 *  finds it there, then writes the record that refers to it, then lets go of the pin. A collector first sets a folder
 *  aside, and only then looks for pins and records that need it: whoever relied on the folder before that has a pin or
 *  a record by then, and the folder comes back; whoever comes later finds it missing and places another. A collector
 *  that is killed in between leaves the folder aside, and whoever needs it brings it back. Each setting aside has a
 *  name of its own, so that nobody destroys what another one set aside later.
 *
 *  Knows folders; knows nothing of what is in them. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { syncFolder, toJson, writeSynced } from '../runs/atomic-write.ts';
import { folderOfDigest, stagedThings, type RegistryFolders } from './layout.ts';

export type ContentKind = 'objects' | 'evidence';

export interface Content {
  readonly kind: ContentKind;
  readonly digest: string;
}

export interface Aside extends Content {
  readonly path: string;
}

const PIN_ENDING = '.pin.json';

/** What pins say is about to be needed. Read them before the records: a pin goes only when the record is there. */
export async function pinnedDigests(folders: RegistryFolders): Promise<Set<string>> {
  const pins = (await stagedThings(folders)).filter(
    (each) => !each.abandoned && each.path.endsWith(PIN_ENDING),
  );
  const digests = await Promise.all(
    pins.map(async ({ path }) => {
      // Half-written, it pins nothing yet; gone, its record is there.
      const text = await readFile(path, 'utf8').catch(() => '');
      return text.endsWith('}\n') ? [(JSON.parse(text) as { readonly digest: string }).digest] : [];
    }),
  );
  return new Set(digests.flat());
}

/** @returns lets go of the pin */
export async function pin(digest: string, folders: RegistryFolders): Promise<() => Promise<void>> {
  const path = join(folders.staging, `${randomUUID()}${PIN_ENDING}`);
  await writeSynced(path, toJson({ digest }));
  await syncFolder(folders.staging);
  return () => rm(path, { force: true });
}

/** Moves a finished folder, whose files are synced, to where it counts; false where it was there already. */
export async function placeContent(
  staged: string,
  content: Content,
  folders: RegistryFolders,
): Promise<boolean> {
  const target = join(folders[content.kind], folderOfDigest(content.digest));
  await syncFolder(staged);
  const placed = await moveFolder(staged, target);
  await syncFolder(folders[content.kind]);
  return placed;
}

/** The content's folder. Where a collector had set it aside, it is brought back. */
export async function findContent({ kind, digest }: Content, folders: RegistryFolders): Promise<string> {
  const target = join(folders[kind], folderOfDigest(digest));
  if ((await stat(target).catch(() => null)) !== null) return target;
  for (const aside of await contentAside(folders)) {
    if (aside.kind === kind && aside.digest === digest) await bringBack(aside, folders);
  }
  return target;
}

/** All that is there, in alphabetical order; what somebody else put there is none of ours. */
export async function contentOf(kind: ContentKind, folders: RegistryFolders): Promise<Content[]> {
  const names = await readdir(folders[kind]).catch((): string[] => []);
  return names
    .filter((name) => /^[0-9a-f]{64}$/.test(name))
    .sort()
    .map((name) => ({ kind, digest: `sha256:${name}` }));
}

/** All that collectors have set aside and not yet destroyed or brought back. */
export async function contentAside(folders: RegistryFolders): Promise<Aside[]> {
  const names = await readdir(folders.collecting).catch((): string[] => []);
  return names.flatMap((name) => {
    const [, kind, hex] = /^(objects|evidence)-([0-9a-f]{64})\./.exec(name) ?? [];
    if (kind === undefined || hex === undefined) return [];
    return [{ kind: kind as ContentKind, digest: `sha256:${hex}`, path: join(folders.collecting, name) }];
  });
}

/** Null where somebody else was quicker. */
export async function setAside({ kind, digest }: Content, folders: RegistryFolders): Promise<Aside | null> {
  const hex = folderOfDigest(digest);
  const path = join(folders.collecting, `${kind}-${hex}.${randomUUID()}`);
  if (!(await moveFolder(join(folders[kind], hex), path))) return null;
  await syncFolder(folders.collecting);
  return { kind, digest, path };
}

/** Puts it where it was, unless the same lies there by now or somebody else brought it back. */
export async function bringBack(aside: Aside, folders: RegistryFolders): Promise<void> {
  await moveFolder(aside.path, join(folders[aside.kind], folderOfDigest(aside.digest)));
  await syncFolder(folders[aside.kind]);
}

const DESTROYED = 'collected-';

/** False where somebody brought it back in the meantime. */
export async function destroy(aside: Aside, folders: RegistryFolders): Promise<boolean> {
  const doomed = join(folders.staging, `${DESTROYED}${randomUUID()}`);
  if (!(await moveFolder(aside.path, doomed))) return false;
  await rm(doomed, { recursive: true, force: true });
  return true;
}

/** What is in staging and of use to nobody: left by killed collectors, or by writers long gone. */
export async function stagedGarbage(folders: RegistryFolders): Promise<string[]> {
  return (await stagedThings(folders))
    .filter(({ path, abandoned }) => abandoned || basename(path).startsWith(DESTROYED))
    .map(({ path }) => path);
}

/** False where there is nothing at `from`, or something at `to`. */
async function moveFolder(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && (await stat(from).catch(() => null)) === null) return false;
    const taken = await stat(to).catch(() => null);
    if (taken !== null && ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(code ?? '')) return false;
    throw error;
  }
}

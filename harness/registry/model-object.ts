/** A model in the registry, by content: its files, their digests, and the check that they are still the same.
 *  Knows files; knows nothing of versions, aliases or evidence. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, constants, copyFile, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readModelDigests, type ModelDigests } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { syncFolder, toJson, writeSynced } from '../runs/atomic-write.ts';
import { digestOfJson } from '../runs/digest.ts';
import { destroy, findContent, pin, placeContent, setAside, type Content } from './content.ts';
import { readRecord, stagingFolder, type RegistryFolders } from './layout.ts';
import { differingParts, GGUF_NAME, modelFiles, namesIn, type FilePart } from './model-files.ts';

interface ManifestFile {
  readonly name: string;
  readonly part: FilePart;
  readonly size: number;
  readonly digest: string;
}

interface Manifest {
  readonly format: 'huggingface' | 'gguf';
  readonly files: readonly ManifestFile[];
}

export interface ImportedObject {
  readonly digest: string;
  /** Keeps collectors off the object; call it once a record refers to it. */
  readonly letGo: () => Promise<void>;
}

const objectOf = (digest: string): Content => ({ kind: 'objects', digest });

/** Copies the model into staging, checks there that it is the one with `expected` digests, and moves it in place;
 *  a damaged copy that lies there gives way.
 *  @throws HarnessError E_PROMOTION_REFUSED when the copy has other digests */
export async function importModel(
  source: string,
  expected: ModelDigests,
  folders: RegistryFolders,
  onCopied: () => void | Promise<void>,
): Promise<ImportedObject> {
  const staged = await stagingFolder(folders);
  try {
    const manifest = await copyModel(source, join(staged, 'files'), expected, onCopied);
    await writeSynced(join(staged, 'manifest.json'), toJson(manifest));
    const digest = digestOfJson(manifest);
    const letGo = await pin(digest, folders);
    try {
      await placeObject(staged, digest, folders);
      return { digest, letGo };
    } catch (error) {
      await letGo();
      throw error;
    }
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** Where the same object lies in the registry, it is kept if it is as it was imported. */
async function placeObject(staged: string, digest: string, folders: RegistryFolders): Promise<void> {
  if (await placeContent(staged, objectOf(digest), folders)) return;
  if ((await faultOfObject(digest, folders)) === null) return;
  const damaged = await setAside(objectOf(digest), folders);
  await placeContent(staged, objectOf(digest), folders);
  const fault = await faultOfObject(digest, folders);
  if (fault !== null) throw new HarnessError('E_REGISTRY', `The registry's copy is damaged: ${fault}`);
  if (damaged !== null) await destroy(damaged, folders);
}

async function copyModel(
  source: string,
  target: string,
  expected: ModelDigests,
  onCopied: () => void | Promise<void>,
): Promise<Manifest> {
  await mkdir(target);
  const files = await modelFiles(source);
  for (const { name, path } of files) {
    await mkdir(dirname(join(target, name)), { recursive: true });
    await copySynced(path, join(target, name));
  }
  for (const folder of new Set(files.map(({ name }) => dirname(join(target, name)))))
    await syncFolder(folder);
  await syncFolder(target);
  await onCopied();
  const isGguf = files.length === 1 && files[0]!.name === GGUF_NAME;
  refuseOtherDigests(await readModelDigests(isGguf ? join(target, GGUF_NAME) : target), expected);
  return {
    format: isGguf ? 'gguf' : 'huggingface',
    files: await Promise.all(
      files.map(async ({ name, part }) => ({ name, part, ...(await describeFile(join(target, name))) })),
    ),
  };
}

/** @throws HarnessError E_PROMOTION_REFUSED naming what differs, with both digests */
export function refuseOtherDigests(actual: ModelDigests, evaluated: ModelDigests): void {
  const other = differingParts(actual, evaluated);
  if (other.length === 0) return;
  const lines = other.map(
    (part) => `  ${part}: evaluated ${evaluated[part] ?? 'none'}, given ${actual[part] ?? 'none'}`,
  );
  throw new HarnessError(
    'E_PROMOTION_REFUSED',
    `This is not the model that was evaluated; its ${other.join(', ')} differ${other.length === 1 ? 's' : ''}:\n${lines.join('\n')}`,
  );
}

async function copySynced(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, 0o644);
  const handle = await open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  // A guard against accidents; the digests are the guard against the rest.
  await chmod(to, 0o444);
}

async function describeFile(path: string): Promise<Pick<ManifestFile, 'size' | 'digest'>> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, digest: `sha256:${hash.digest('hex')}` };
}

/** What is wrong with an object; null when every byte is as it was imported and nothing was added. */
export async function faultOfObject(digest: string, folders: RegistryFolders): Promise<string | null> {
  const folder = await findContent(objectOf(digest), folders);
  let manifest: Manifest;
  try {
    manifest = await readRecord<Manifest>(join(folder, 'manifest.json'));
  } catch (error) {
    if (error instanceof HarnessError) return error.message;
    throw error;
  }
  if (digestOfJson(manifest) !== digest) return `${folder}/manifest.json was changed`;
  const files = join(folder, 'files');
  const present = await namesIn(files).catch((): string[] => []);
  const added = present.find((name) => !manifest.files.some((file) => file.name === name));
  if (added !== undefined) return `${join(files, added)} was added`;
  for (const file of manifest.files) {
    if (!present.includes(file.name)) return `${join(files, file.name)} is missing`;
    const { digest: actual } = await describeFile(join(files, file.name));
    if (actual !== file.digest)
      return `${join(files, file.name)} has digest ${actual}, imported was ${file.digest}`;
  }
  return null;
}

/** Files of an object as its manifest lists them.
 *  @throws HarnessError E_REGISTRY where there is none */
export async function readManifest(digest: string, folders: RegistryFolders): Promise<Manifest> {
  return readRecord<Manifest>(join(await findContent(objectOf(digest), folders), 'manifest.json'));
}

/** Path by which the engine opens the object.
 *  @throws HarnessError E_REGISTRY when it is not as it was imported */
export async function verifiedPath(digest: string, folders: RegistryFolders): Promise<string> {
  const fault = await faultOfObject(digest, folders);
  if (fault !== null) {
    throw new HarnessError('E_REGISTRY', `A model in the registry is damaged: ${fault}`, {
      remedy: 'Do not serve it. Promote again from a good copy, or roll the alias back.',
    });
  }
  const { format } = await readManifest(digest, folders);
  const files = join(await findContent(objectOf(digest), folders), 'files');
  return format === 'gguf' ? join(files, GGUF_NAME) : files;
}

/** A model in the registry, by content: its files, their digests, and the check that they are still the same.
 *  Knows files; knows nothing of versions, aliases or evidence. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  chmod,
  constants,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { join } from 'node:path';
import { readModelDigests, type ModelDigests } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { syncFolder, toJson, writeSynced } from '../runs/atomic-write.ts';
import { digestOfJson } from '../runs/digest.ts';
import { folderOfDigest, placeFolder, readRecord, stagingFolder, type RegistryFolders } from './layout.ts';

interface ManifestFile {
  readonly name: string;
  readonly size: number;
  readonly digest: string;
}

interface Manifest {
  readonly format: 'huggingface' | 'gguf';
  readonly files: readonly ManifestFile[];
}

/** Files that the engine reads, and those that tell people what the model is. Weights are found apart. */
const COPIED = new Set([
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'model.safetensors.index.json',
  'README.md',
  'LICENSE',
  'LICENSE.txt',
  'LICENSE.md',
]);

const GGUF_NAME = 'model.gguf';

/** Copies the model into staging, checks there that it is the one with `expected` digests, and moves it in place;
 *  a damaged copy that lies there gives way.
 *  @returns the object's digest
 *  @throws HarnessError E_PROMOTION_REFUSED when the copy has other digests */
export async function importModel(
  source: string,
  expected: ModelDigests,
  folders: RegistryFolders,
  onCopied: () => void | Promise<void>,
): Promise<string> {
  const staged = await stagingFolder(folders);
  try {
    const manifest = await copyModel(source, join(staged, 'files'), expected, onCopied);
    await writeSynced(join(staged, 'manifest.json'), toJson(manifest));
    const digest = digestOfJson(manifest);
    const target = join(folders.objects, folderOfDigest(digest));
    const present = await stat(target).catch(() => null);
    if (present && (await faultOfObject(digest, folders)) !== null) {
      await rename(target, await stagingFolder(folders));
    }
    await placeFolder(staged, target, folders.objects);
    return digest;
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

async function copyModel(
  source: string,
  files: string,
  expected: ModelDigests,
  onCopied: () => void | Promise<void>,
): Promise<Manifest> {
  await mkdir(files);
  const isFolder = (await stat(source)).isDirectory();
  const names = isFolder ? await namesToCopy(source) : [GGUF_NAME];
  for (const name of names) await copySynced(isFolder ? join(source, name) : source, join(files, name));
  await syncFolder(files);
  await onCopied();
  refuseOtherDigests(await readModelDigests(isFolder ? files : join(files, GGUF_NAME)), expected);
  return {
    format: isFolder ? 'huggingface' : 'gguf',
    files: await Promise.all(names.map((name) => describeFile(files, name))),
  };
}

/** @throws HarnessError E_PROMOTION_REFUSED naming what differs, with both digests */
export function refuseOtherDigests(actual: ModelDigests, evaluated: ModelDigests): void {
  const parts = ['weights', 'tokenizer', 'template', 'config'] as const;
  const other = parts.filter((part) => actual[part] !== evaluated[part]);
  if (other.length === 0) return;
  const lines = other.map(
    (part) => `  ${part}: evaluated ${evaluated[part] ?? 'none'}, given ${actual[part] ?? 'none'}`,
  );
  throw new HarnessError(
    'E_PROMOTION_REFUSED',
    `This is not the model that was evaluated; its ${other.join(', ')} differ${other.length === 1 ? 's' : ''}:\n${lines.join('\n')}`,
  );
}

async function namesToCopy(folder: string): Promise<string[]> {
  const present = (await readdir(folder)).sort();
  const known = present.filter((name) => COPIED.has(name));
  if (present.includes('model.safetensors')) return [...known, 'model.safetensors'];
  const shards = await shardNames(join(folder, 'model.safetensors.index.json'));
  return [...known, ...present.filter((name) => shards.has(name))];
}

/** Shards that the index names. Not checked here: the digests of the copy tell whether it is whole. */
async function shardNames(index: string): Promise<Set<string>> {
  const text = await readFile(index, 'utf8').catch(() => '{}');
  const { weight_map: map } = JSON.parse(text) as { weight_map?: Record<string, string> };
  return new Set(Object.values(map ?? {}));
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

async function describeFile(folder: string, name: string): Promise<ManifestFile> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { name, size, digest: `sha256:${hash.digest('hex')}` };
}

/** What is wrong with an object; null when every byte is as it was imported and nothing was added. */
export async function faultOfObject(digest: string, folders: RegistryFolders): Promise<string | null> {
  const folder = join(folders.objects, folderOfDigest(digest));
  let manifest: Manifest;
  try {
    manifest = await readRecord<Manifest>(join(folder, 'manifest.json'));
  } catch (error) {
    if (error instanceof HarnessError) return error.message;
    throw error;
  }
  if (digestOfJson(manifest) !== digest) return `${folder}/manifest.json was changed`;
  const files = join(folder, 'files');
  const present = await readdir(files).catch((): string[] => []);
  const added = present.find((name) => !manifest.files.some((file) => file.name === name));
  if (added !== undefined) return `${join(files, added)} was added`;
  for (const file of manifest.files) {
    if (!present.includes(file.name)) return `${join(files, file.name)} is missing`;
    const { digest: actual } = await describeFile(files, file.name);
    if (actual !== file.digest)
      return `${join(files, file.name)} has digest ${actual}, imported was ${file.digest}`;
  }
  return null;
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
  const folder = join(folders.objects, folderOfDigest(digest));
  const { format } = await readRecord<Manifest>(join(folder, 'manifest.json'));
  return format === 'gguf' ? join(folder, 'files', GGUF_NAME) : join(folder, 'files');
}

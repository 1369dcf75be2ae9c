/** Fetches a standard set: from its source or from files here, checks them against the recipe, makes samples of them and
 *  writes both down. What is there already is not fetched again. */
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { readRows, readText } from '../data/rows.ts';
import { HarnessError } from '../errors.ts';
import { digestOf } from '../runs/digest.ts';
import { writeFileAtomic, writeJsonAtomic } from '../runs/atomic-write.ts';
import type { Sample } from '../tasks/task.ts';
import { digestsOf, discard, download, type Hosts, matches, urlOf } from './download.ts';
import type { FetchedFile, SetRecord } from './fetched.ts';
import { sourceUrl, type Recipe, type RecipeFile, type SetFiles } from './recipe.ts';

export interface FetchOptions {
  /** Folder of all sets. */
  readonly folder: string;
  /** A file or folder here in place of the source; null: download. */
  readonly from: string | null;
  /** Null: the recipe's. */
  readonly fewShot: number | null;
  /** Whether files other than those the recipe pins are let through, as `unverified`. */
  readonly unpinned: boolean;
  readonly hosts: Hosts;
  readonly report: (line: string) => void;
}

/** @throws HarnessError E_DOWNLOAD, E_FILE_NOT_FOUND, E_DATA_INVALID with every fault */
export async function fetchSet(recipe: Recipe, options: FetchOptions): Promise<SetRecord> {
  const fewShot = fewShotOf(recipe, options.fewShot);
  const folder = join(options.folder, recipe.name);
  const sources = join(folder, 'source');
  const wanted = recipe.files.filter(({ onlyForFewShot }) => !onlyForFewShot || fewShot > 0);
  const files: FetchedFile[] = [];
  for (const file of wanted) files.push(await fetchFile(recipe, file, sources, options));
  const samples = await recipe.convert(setFiles(sources), { fewShot });
  requireSamples(recipe, samples);
  const text = samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');
  const record: SetRecord = {
    name: recipe.name,
    title: recipe.title,
    paper: recipe.paper,
    licence: recipe.licence,
    source: sourceUrl(recipe.source),
    revision: recipe.source.revision,
    from: options.from === null ? sourceUrl(recipe.source) : resolve(options.from),
    fetchedAt: new Date().toISOString(),
    files,
    fewShot,
    samples: samples.length,
    digest: digestOf(text),
  };
  // The record last: a set without one was not fetched.
  await discard(join(folder, 'set.json'));
  await writeFileAtomic(join(folder, 'data.jsonl'), text);
  await writeJsonAtomic(join(folder, 'set.json'), record);
  return record;
}

function fewShotOf(recipe: Recipe, asked: number | null): number {
  if (asked === null) return recipe.defaultFewShot ?? 0;
  if (recipe.defaultFewShot === null && asked > 0) {
    throw new HarnessError('E_USAGE', `${recipe.name} has no worked examples`, {
      remedy: 'Leave --few-shot out.',
    });
  }
  return asked;
}

function requireSamples(recipe: Recipe, samples: readonly Sample[]): void {
  if (samples.length === 0) {
    throw new HarnessError('E_DATASET_EMPTY', `The files of ${recipe.name} hold no sample`);
  }
}

async function fetchFile(
  recipe: Recipe,
  file: RecipeFile,
  sources: string,
  options: FetchOptions,
): Promise<FetchedFile> {
  const target = join(sources, file.path);
  if (options.from !== null) await copyFrom(recipe, file, options.from, target);
  else if (!existsSync(target) || !(await isPinned(file, target))) {
    const { hosts } = options;
    const url = urlOf(recipe.source, file.path, hosts);
    options.report(`${recipe.name}: ${url}`);
    await download(url, target, recipe.source.host === 'huggingface' ? hosts.token : null);
  }
  const digests = await digestsOf(target);
  const verified = file.digest !== null && matches(file.digest, digests);
  if (file.digest !== null && !verified && !options.unpinned) {
    await discard(target);
    throw new HarnessError(
      'E_DATA_INVALID',
      `${recipe.name}: ${file.path} has the digest ${digests.sha256}, the recipe pins ${file.digest}`,
      { remedy: 'Give a copy of the pinned file with --from, or take this one as it is with --unpinned.' },
    );
  }
  if (!verified) options.report(`${recipe.name}: ${file.path} is unverified: ${digests.sha256}`);
  return { path: file.path, sha256: digests.sha256, bytes: (await stat(target)).size, verified };
}

async function isPinned(file: RecipeFile, path: string): Promise<boolean> {
  return file.digest !== null && matches(file.digest, await digestsOf(path));
}

/** Of a folder: the file under its path, its name, or whatever name it has there with the pinned digest. Of a file: it
 *  stands for the only one, or for the one whose name or digest it has. */
async function copyFrom(recipe: Recipe, file: RecipeFile, from: string, target: string): Promise<void> {
  const info = await stat(from).catch((cause: unknown) => {
    throw new HarnessError('E_FILE_NOT_FOUND', `${from} is not there`, { cause });
  });
  const found = info.isDirectory() ? await findIn(from, file) : await isIt(from, recipe, file);
  if (found === null) {
    throw new HarnessError('E_FILE_NOT_FOUND', `${recipe.name}: ${file.path} is not in ${from}`, {
      remedy: file.onlyForFewShot
        ? `Add it, or leave the worked examples out with --few-shot 0.`
        : `Name it ${basename(file.path)}, as at ${sourceUrl(recipe.source)}.`,
    });
  }
  await mkdir(join(target, '..'), { recursive: true });
  if (resolve(found) !== resolve(target)) await copyFile(found, target);
}

async function findIn(folder: string, file: RecipeFile): Promise<string | null> {
  for (const name of [file.path, basename(file.path)]) {
    if (existsSync(join(folder, name))) return join(folder, name);
  }
  if (file.digest === null) return null;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile() && matches(file.digest, await digestsOf(path))) return path;
  }
  return null;
}

async function isIt(path: string, recipe: Recipe, file: RecipeFile): Promise<string | null> {
  const needed = recipe.files.filter(({ onlyForFewShot }) => !onlyForFewShot);
  if (needed.length === 1 && needed[0] === file) return path;
  if (basename(path) === basename(file.path)) return path;
  return (await isPinned(file, path)) ? path : null;
}

function setFiles(folder: string): SetFiles {
  const location = (path: string) => join(folder, path);
  return {
    location,
    rows: (path) => readRows(location(path)),
    text: (path) => readText(location(path)),
  };
}

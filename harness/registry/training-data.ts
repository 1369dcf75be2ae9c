/** Which files a model was trained on: `harness train` writes them down beside what it trained, and `harness run` reads
 *  them by itself. Knows names, places and digests; knows nothing of what the files hold. */
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { namesIn } from './model-files.ts';
import { writeJsonAtomic } from '../runs/atomic-write.ts';
import { digestOf } from '../runs/digest.ts';

export const TRAINING_DATA = 'training-data.json';

export interface TrainingFile {
  readonly name: string;
  /** Where it lay on the machine that trained. */
  readonly path: string;
  /** `sha256:<hex>` of its content then. */
  readonly digest: string;
}

/** Of a file's content; of a folder's files, their names and contents in order. */
export async function digestOfData(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return digestOf(await readFile(path));
  const names = await namesIn(path);
  const digests = names.map(async (name) => `${name}\0${digestOf(await readFile(join(path, name)))}\n`);
  return digestOf((await Promise.all(digests)).join(''));
}

/** @param folder of the model or adapter */
export async function writeTrainingData(folder: string, files: readonly string[]): Promise<void> {
  const entries = files.map(async (file): Promise<TrainingFile> => ({
    name: basename(file),
    path: resolve(file),
    digest: await digestOfData(file),
  }));
  await writeJsonAtomic(join(folder, TRAINING_DATA), { files: await Promise.all(entries) });
}

/** Of the model and of the adapter in it; none where nothing was written down. */
export async function readTrainingData(
  model: string,
): Promise<readonly (TrainingFile & { readonly from: string })[]> {
  const found = [TRAINING_DATA, `adapter/${TRAINING_DATA}`].map(async (from) => {
    const text = await readFile(join(model, from), 'utf8').catch(() => null);
    return text === null ? [] : filesIn(text).map((file) => ({ ...file, from }));
  });
  return (await Promise.all(found)).flat();
}

/** A file that somebody else may have written: what is no entry is left out. */
function filesIn(text: string): readonly TrainingFile[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const { files } = fieldsOf(value);
  return (Array.isArray(files) ? (files as unknown[]) : []).flatMap((file) => {
    const { name, path, digest } = fieldsOf(file);
    return typeof name === 'string' && typeof path === 'string' && typeof digest === 'string'
      ? [{ name, path, digest }]
      : [];
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {};
}

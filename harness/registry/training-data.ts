/** Which files a model was trained on: `harness train` writes them down beside what it trained, and `harness run` reads
 *  them by itself. Places are told from the model's folder, for the file goes with the model into the registry and to
 *  strangers. Knows names, places and digests; knows nothing of what the files hold. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { namesIn } from './model-files.ts';
import { writeJsonAtomic } from '../runs/atomic-write.ts';
import { digestOf } from '../runs/digest.ts';

export const TRAINING_DATA = 'training-data.json';

export interface TrainingFile {
  readonly name: string;
  /** Where it lay, from the model's folder, with slashes; its name alone where no way leads there. */
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

function placeOf(file: string, folder: string): string {
  const way = relative(resolve(folder), resolve(file));
  return isAbsolute(way) ? basename(file) : way.split(sep).join('/'); // another drive of Windows
}

/** @param folder of the model or adapter */
export async function writeTrainingData(folder: string, files: readonly string[]): Promise<void> {
  const entries = files.map(async (file): Promise<TrainingFile> => ({
    name: basename(file),
    path: placeOf(file, folder),
    digest: await digestOfData(file),
  }));
  await writeJsonAtomic(join(folder, TRAINING_DATA), { files: await Promise.all(entries) });
}

export interface RecordedFile extends TrainingFile {
  /** File of the model's folder that tells of it. */
  readonly from: string;
  /** Where it may lie here: as seen from the model's folder or, where that was moved, from the working directory. Whether
   *  what lies there is the file, its digest tells. */
  readonly places: readonly string[];
}

/** Of the model and of the adapter in it; none where nothing was written down. */
export async function readTrainingData(model: string): Promise<readonly RecordedFile[]> {
  const found = [TRAINING_DATA, `adapter/${TRAINING_DATA}`].map(async (from) => {
    const text = await readFile(join(model, from), 'utf8').catch(() => null);
    if (text === null) return [];
    const folder = dirname(join(model, from));
    return filesIn(text).map((file) => ({
      ...file,
      from,
      places: [resolve(folder, file.path), resolve(file.path.replace(/^(?:\.\.\/)+/, ''))],
    }));
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

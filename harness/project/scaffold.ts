/** Lays out a project: all of its files or none. What lies there already stays as it is, unless that is asked for. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { ScaffoldFile } from './scaffold-files.ts';

export interface Scaffolded {
  readonly written: readonly string[];
  /** There already, and the same. */
  readonly same: readonly string[];
  /** There already, and left alone. */
  readonly kept: readonly { readonly path: string; readonly otherwise: string }[];
}

/** @param force write over files of ours that differ; those a project has for other reasons stay in any case
 *  @throws HarnessError E_USAGE naming every file that is there and differs, before anything is written */
export async function scaffold(
  folder: string,
  files: readonly ScaffoldFile[],
  force: boolean,
): Promise<Scaffolded> {
  const found = await Promise.all(
    files.map(async (file) => ({ file, before: await contentOf(join(folder, file.path)) })),
  );
  const same = found.filter(({ file, before }) => before === file.content).map(({ file }) => file.path);
  const differ = found.filter(({ file, before }) => before !== null && before !== file.content);
  const kept = differ.flatMap(({ file: { path, otherwise } }) =>
    otherwise === undefined ? [] : [{ path, otherwise }],
  );
  const inTheWay = differ.filter(({ file }) => file.otherwise === undefined).map(({ file }) => file.path);
  if (inTheWay.length > 0 && !force) {
    throw new HarnessError('E_USAGE', `Nothing was written: there is ${inTheWay.join(', ')} already`, {
      remedy: 'Choose an empty folder, or write over them with --force.',
    });
  }
  const written = found.filter(
    ({ file, before }) => before === null || (inTheWay.includes(file.path) && force),
  );
  for (const { file } of written) {
    const path = join(folder, file.path);
    await mkdir(dirname(path), { recursive: true });
    // Exclusively, unless it is to be replaced: a file that came meanwhile stays.
    await writeFile(path, file.content, { flag: inTheWay.includes(file.path) ? 'w' : 'wx' });
    if (file.executable) await chmod(path, 0o755);
  }
  return { written: written.map(({ file }) => file.path), same, kept };
}

async function contentOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Training data in whatever form as the JSON Lines that the trainer reads. */
import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { writeFileAtomic } from '../runs/atomic-write.ts';
import { readRows } from '../data/index.ts';

/** The file itself where it is JSON Lines already; else a copy in the folder, of the same rows each time.
 *  @throws HarnessError as `readRows` */
export async function asJsonLines(file: string, folder: string, name: string): Promise<string> {
  if (['.jsonl', '.ndjson'].includes(extname(file).toLowerCase())) return file;
  const rows = await readRows(file);
  const path = join(folder, `${name}.jsonl`);
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(path, rows.map(({ fields }) => `${JSON.stringify(fields)}\n`).join(''));
  return path;
}

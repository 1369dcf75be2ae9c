/** The data files of a folder: as the Hugging Face hub lays sets out (`data/train-00000-of-00002.parquet`), or as people
 *  export them. Arrow files of `save_to_disk` are refused with the line that turns them into Parquet.
 *  Knows names of files; what they hold is read elsewhere. */
import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { HarnessError } from '../errors.ts';

/** `train-00000-of-00002.parquet`, `train.jsonl`: the split that a file is of. */
function splitOf(name: string): string {
  return name.slice(0, name.length - extname(name).length).replace(/-\d{5}-of-\d{5}$/, '');
}

/** The files of its one split, in order.
 *  @param readable extensions, with their dots
 *  @throws HarnessError E_FILE_NOT_FOUND where it holds none, E_DATA_INVALID for Arrow and for several splits */
export async function filesOfFolder(folder: string, readable: readonly string[]): Promise<readonly string[]> {
  const inFolder = async (path: string) =>
    (await readdir(path, { withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isFile())
      .map(({ name }) => join(path, name));
  const all = [...(await inFolder(folder)), ...(await inFolder(join(folder, 'data')))].sort();
  const arrow = all.find((path) => extname(path) === '.arrow');
  if (arrow !== undefined || all.some((path) => path.endsWith('dataset_dict.json'))) {
    throw new HarnessError('E_DATA_INVALID', `${folder} holds Arrow files, which are not read`, {
      remedy: `In Python: datasets.load_from_disk(${JSON.stringify(folder)}).to_parquet("data.parquet"), of one split; then give data.parquet.`,
    });
  }
  // What describes a set is no data of it.
  const files = all.filter(
    (path) =>
      readable.includes(extname(path).toLowerCase()) &&
      !/(?:^|[\\/])(?:dataset_)?(?:infos?|state|config)\.json$/.test(path),
  );
  if (files.length === 0) {
    throw new HarnessError('E_FILE_NOT_FOUND', `${folder} holds no data file`, {
      remedy: `Give a file or a folder with ${readable.join(', ')}.`,
    });
  }
  const splits = [...new Set(files.map(splitOf))];
  if (splits.length > 1) {
    throw new HarnessError(
      'E_DATA_INVALID',
      `${folder} holds several splits: ${splits.map((split) => basename(split)).join(', ')}`,
      {
        remedy: 'Give the file of one.',
      },
    );
  }
  return files;
}

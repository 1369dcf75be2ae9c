/** Sets that were fetched: `<home>/datasets/<name>/` with the source's files, `data.jsonl` in our form and `set.json`
 *  that says where it comes from. Knows the folder; knows nothing of downloads. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { harnessHome } from '../runs/home.ts';
import { loadDataset } from '../tasks/dataset.ts';
import type { FetchedSet, FileDigest, Recipe } from './recipe.ts';

export interface FetchedFile {
  readonly path: string;
  readonly sha256: FileDigest;
  readonly bytes: number;
  /** Whether it has the digest that the recipe pins; false where the recipe pins none or it was let through. */
  readonly verified: boolean;
}

/** set.json */
export interface SetRecord {
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  /** As it was shown and accepted. */
  readonly licence: string;
  readonly source: string;
  readonly revision: string;
  /** Where the files were taken from: the source's URL, or a path here. */
  readonly from: string;
  readonly fetchedAt: string;
  readonly files: readonly FetchedFile[];
  readonly fewShot: number;
  readonly samples: number;
  /** `sha256:<hex>` of data.jsonl. */
  readonly digest: string;
}

export function setsFolder(home: string = harnessHome()): string {
  return join(home, 'datasets');
}

/** Null where it was never fetched. */
export async function readSetRecord(name: string, folder: string): Promise<SetRecord | null> {
  let text: string;
  try {
    text = await readFile(join(folder, name, 'set.json'), 'utf8');
  } catch {
    return null;
  }
  try {
    return JSON.parse(text) as SetRecord;
  } catch (cause) {
    throw new HarnessError('E_DATA_INVALID', `${join(folder, name, 'set.json')} is not JSON`, {
      remedy: `Fetch the set anew: npx harness data fetch ${name} --accept-licence`,
      cause,
    });
  }
}

/** Null where it was never fetched. */
export async function openSet(recipe: Recipe, folder: string): Promise<FetchedSet | null> {
  const record = await readSetRecord(recipe.name, folder);
  if (record === null) return null;
  const { name } = recipe;
  return {
    name,
    fewShot: record.fewShot,
    signature: setSignature(record, recipe),
    dataset: async () => {
      const dataset = await loadDataset(name, folder);
      // What was changed by hand is another set, under another name.
      if (dataset.digest === record.digest) return dataset;
      throw new HarnessError(
        'E_DATA_INVALID',
        `${join(folder, name, 'data.jsonl')} is not what was fetched: ${dataset.digest}, not ${record.digest}`,
        { remedy: `Fetch the set anew: npx harness data fetch ${name} --accept-licence` },
      );
    },
  };
}

/** `set:gsm8k@3101c7d5|data:1a2b3c4d5e6f|few-shot:5`; `unverified` where a file is not the one the recipe pins. */
function setSignature(record: SetRecord, recipe: Recipe): string {
  const verified = record.files.every((file) => file.verified);
  const revision = verified ? record.revision.slice(0, 8) : 'unverified';
  const fewShot = recipe.defaultFewShot === null ? [] : [`few-shot:${record.fewShot}`];
  return [`set:${record.name}@${revision}`, `data:${record.digest.slice(7, 19)}`, ...fewShot].join('|');
}

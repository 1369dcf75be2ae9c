/** Whether training files hold what models are evaluated on: files in, overlaps out. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadDataset } from '../tasks/dataset.ts';
import { packageRoot } from '../tasks/package-root.ts';
import type { Sample } from '../tasks/task.ts';
import { OverlapIndex, textsWithin, type OverlapSummary } from './overlap.ts';
import { readRows } from './rows.ts';

export interface EvaluationSet {
  readonly name: string;
  readonly samples: readonly Sample[];
  /** Strings that its card names, to be found again in what was trained on it. */
  readonly canaries: readonly string[];
}

/** As BIG-bench writes them: the word, then a GUID. */
const CANARY = /canary[^\n]*?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/gi;

/** Every set in the folders: `<name>/data.jsonl`, with `card.md` beside it. The bundled ones come first.
 *  @param folders such as that of fetched sets; one that is not there holds none */
export async function evaluationSets(folders: readonly string[] = []): Promise<readonly EvaluationSet[]> {
  const sets: EvaluationSet[] = [];
  for (const folder of [join(packageRoot, 'datasets'), ...folders]) {
    if (!existsSync(folder)) continue;
    for (const name of (await readdir(folder)).toSorted()) {
      if (!existsSync(join(folder, name, 'data.jsonl'))) continue;
      const { samples } = await loadDataset(name, folder);
      const card = await readFile(join(folder, name, 'card.md'), 'utf8').catch(() => '');
      sets.push({ name, samples, canaries: [...card.matchAll(CANARY)].map(([, guid]) => guid!) });
    }
  }
  return sets;
}

/** @param files of training data, in any form that `readRows` reads
 *  @throws HarnessError as `readRows` */
export async function overlapOf(
  files: readonly string[],
  sets: readonly EvaluationSet[],
): Promise<OverlapSummary> {
  const index = new OverlapIndex();
  for (const { name, samples, canaries } of sets) index.add(name, samples, canaries);
  for (const file of files) {
    for (const { fields, place } of await readRows(file)) {
      for (const text of textsWithin(fields)) index.scan(text, `${basename(file)} ${place}`);
    }
  }
  return index.summary();
}

/** `facts 12, safety 3`: samples by set, the most first. */
export function countsBySet(overlaps: OverlapSummary['overlaps']): string {
  const counts = new Map<string, number>();
  for (const { set } of overlaps) counts.set(set, (counts.get(set) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([set, count]) => `${set} ${count}`)
    .join(', ');
}

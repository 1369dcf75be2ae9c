/** Whether what a run asks stands in what the model was trained on: the files that the person who runs it names, and
 *  those that the model's own folder names. */
import { basename, resolve } from 'node:path';
import { isContaminated, overlapOf } from '../data/index.ts';
import { digestOfData, readTrainingData } from '../registry/training-data.ts';
import type { RunInfo } from '../../reports/report-data.ts';
import type { Plan } from './plan.ts';

type Overlap = NonNullable<RunInfo['trainingOverlap']>;

const LISTED = 20;

/** Training data that the model's folder names: those that are here as they were, and why others cannot be read.
 *  @param model folder; null where the model has none here */
async function ownTrainingFiles(
  model: string | null,
): Promise<{ readonly files: readonly string[]; readonly unread: NonNullable<Overlap['unread']> }> {
  const files: string[] = [];
  const unread: { name: string; reason: string }[] = [];
  for (const { name, places, digest } of model === null ? [] : await readTrainingData(model)) {
    const found = await Promise.all(
      places.map(async (path) => ({ path, now: await digestOfData(path).catch(() => null) })),
    );
    const same = found.find(({ now }) => now === digest);
    if (same) files.push(same.path);
    else if (found.every(({ now }) => now === null))
      unread.push({ name, reason: 'is no longer where it lay' });
    else unread.push({ name, reason: 'was changed since' });
  }
  return { files, unread };
}

/** Null where nobody tells of any training data.
 *  @param named by the person who runs it
 *  @throws HarnessError as `readRows` */
export async function trainingOverlap(
  named: readonly string[],
  model: string | null,
  plan: Pick<Plan, 'tasks'>,
): Promise<Overlap | null> {
  const own = await ownTrainingFiles(model);
  const files = [...new Set([...named.map((path) => resolve(path)), ...own.files])];
  if (files.length === 0 && own.unread.length === 0) return null;
  const sets = plan.tasks.map(({ samples, summary }) => ({
    name: `${summary.suite}/${summary.task}`,
    samples,
    canaries: [],
  }));
  const { samples, overlaps } = await overlapOf(files, sets);
  const contaminated = overlaps.filter(isContaminated);
  const ids = new Map<string, string[]>();
  for (const { set, sampleId } of contaminated) ids.set(set, [...(ids.get(set) ?? []), sampleId]);
  return {
    files: await Promise.all(
      files.map(async (file) => ({ name: basename(file), digest: await digestOfData(file) })),
    ),
    ...(own.unread.length > 0 && { unread: own.unread }),
    samples,
    contaminated: contaminated.length,
    tasks: Object.fromEntries([...ids].map(([task, each]) => [task, each.length])),
    sampleIds: Object.fromEntries(ids),
    first: contaminated.slice(0, LISTED).map(({ set, sampleId, kind, place }) => ({
      task: set,
      sampleId,
      kind,
      place,
    })),
  };
}

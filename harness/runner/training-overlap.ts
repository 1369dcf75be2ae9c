/** Whether what a run asks stands in what the model was trained on. */
import { basename } from 'node:path';
import { isContaminated, overlapOf } from '../data/index.ts';
import { readFile } from 'node:fs/promises';
import { digestOf } from '../runs/digest.ts';
import type { RunInfo } from '../../reports/report-data.ts';
import type { Plan } from './plan.ts';

const LISTED = 20;

/** @param files of training data, as the person who runs it names them
 *  @throws HarnessError as `readRows` */
export async function trainingOverlap(
  files: readonly string[],
  plan: Pick<Plan, 'tasks'>,
): Promise<NonNullable<RunInfo['trainingOverlap']>> {
  const sets = plan.tasks.map(({ samples, summary }) => ({
    name: `${summary.suite}/${summary.task}`,
    samples,
    canaries: [],
  }));
  const { samples, overlaps } = await overlapOf(files, sets);
  const contaminated = overlaps.filter(isContaminated);
  const byTask = new Map<string, number>();
  for (const { set } of contaminated) byTask.set(set, (byTask.get(set) ?? 0) + 1);
  return {
    files: await Promise.all(
      files.map(async (file) => ({ name: basename(file), digest: digestOf(await readFile(file)) })),
    ),
    samples,
    contaminated: contaminated.length,
    tasks: Object.fromEntries(byTask),
    first: contaminated.slice(0, LISTED).map(({ set, sampleId, kind, place }) => ({
      task: set,
      sampleId,
      kind,
      place,
    })),
  };
}

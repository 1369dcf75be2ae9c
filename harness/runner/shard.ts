/** Shards: a run in parts, on several machines. Which samples a part asks depends on the plan alone.
 *  Knows samples; knows nothing of folders. */
import type { Shard } from '../../reports/report-data.ts';
import { HarnessError } from '../errors.ts';
import type { Sample, Task } from '../tasks/task.ts';
import type { Plan } from './plan.ts';

/** `2/3`. @throws HarnessError E_USAGE */
export function parseShard(text: string): Shard {
  const [, first, second] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const [index, of] = [Number(first), Number(second)];
  if (first === undefined || index < 1 || of < 1 || index > of) {
    throw new HarnessError(
      'E_USAGE',
      `--shard is ${JSON.stringify(text)}, expected a part of a whole: 1/3, 2/3 or 3/3`,
    );
  }
  return { index, of };
}

/** The part of a plan that a shard asks; the whole plan for a run that is none.
 *  @param repeats times each sample is asked */
export function shardOfPlan(plan: Plan, shard: Shard | null, repeats: number): Plan {
  if (shard === null) return plan;
  const tasks = plan.tasks.map((planned, position) => {
    const samples = samplesOfShard(planned.task, planned.samples, { ...shard, position });
    return { ...planned, samples, summary: { ...planned.summary, planned: samples.length * repeats } };
  });
  return { ...plan, tasks };
}

/** The samples of a task that a shard asks: every n-th. A task whose samples go one after another, such as one that
 *  watches memory grow, is not divided: one shard asks all of it.
 *  @param position of the task among those of the run: each begins at another shard, so that many small tasks do not
 *  all fall to the first */
export function samplesOfShard(
  task: Pick<Task, 'suite' | 'concurrency'>,
  samples: readonly Sample[],
  { index, of, position }: Shard & { readonly position: number },
): readonly Sample[] {
  if (task.concurrency !== undefined || task.suite === 'performance') {
    return position % of === index - 1 ? samples : [];
  }
  return samples.filter((_, i) => (i + position) % of === index - 1);
}

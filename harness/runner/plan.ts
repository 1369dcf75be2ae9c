/** What a run will ask: tasks of the chosen suites, their samples, and what is left out and why. */
import { isAbsolute, relative } from 'node:path';
import { HarnessError } from '../errors.ts';
import { costOf } from '../tasks/cost.ts';
import { nearest } from '../tasks/nearest.ts';
import type { Dataset, Frequency, Sample, Task } from '../tasks/task.ts';
import type { ModelInfo } from '../../engine/index.ts';
import type { LeftOut, Looks, RunInfo, RunTask } from '../../reports/report-data.ts';
import { lookParts } from './second-look.ts';
import { selectSamples } from './select-samples.ts';

export interface PlannedTask {
  readonly task: Task;
  readonly samples: readonly Sample[];
  readonly summary: RunTask;
}

export interface Plan {
  readonly tasks: readonly PlannedTask[];
  readonly leftOut: RunInfo['leftOut'];
  /** Of two looks, how much each sees; empty where there is one. */
  readonly parts: Looks['parts'];
}

export interface PlanOptions {
  /** Empty: all suites. */
  readonly suites: readonly string[];
  readonly limit: number | null;
  readonly seed: number;
  readonly repeats: number;
  readonly datasets: string | null;
  /** Only tasks that are worth their cost then; null or absent: all. */
  readonly when?: Frequency | null;
  readonly looks?: Pick<Looks, 'first' | 'second'> | null;
}

export function taskName(task: Pick<Task, 'suite' | 'name'>): string {
  return `${task.suite}/${task.name}`;
}

/** @param suites names of suites, or of tasks as `suite/task`
 *  @throws HarnessError E_USAGE for one that there is not */
export function requireKnownSuites(catalog: readonly Task[], suites: readonly string[]): void {
  const known = [...new Set(catalog.map(({ suite }) => suite))];
  const tasks = catalog.map(taskName);
  const unknown = suites.filter((suite) => !known.includes(suite) && !tasks.includes(suite));
  if (unknown.length > 0) {
    const close = nearest(unknown[0]!, unknown[0]!.includes('/') ? tasks : known);
    throw new HarnessError(
      'E_USAGE',
      `No suite ${unknown.join(', ')}; ${close === null ? `there are ${known.join(', ')}` : `did you mean ${close}?`}`,
    );
  }
}

/** What run.json says of a task. */
export function summaryOf(task: Task, dataset: Dataset, planned: number): RunTask {
  return {
    suite: task.suite,
    task: task.name,
    title: task.title,
    description: task.description,
    dataset: {
      name: dataset.name,
      digest: dataset.digest,
      size: dataset.samples.length,
      ...(dataset.path !== undefined && placeInProject(dataset.path)),
    },
    planned,
    cost: costOf(task),
    metrics: task.metrics,
    ...(task.sampling && { sampling: { ...task.sampling } }),
  };
}

/** As another checkout of the project has it too; nothing of a file that lies elsewhere. */
function placeInProject(path: string): { readonly path?: string } {
  const inside = relative(process.cwd(), path);
  if (inside.startsWith('..') || isAbsolute(inside)) return {};
  return { path: inside.replaceAll('\\', '/') };
}

/** Suites are known ones.
 *  @throws whatever loading a dataset throws */
export async function planRun(
  catalog: readonly Task[],
  model: Pick<ModelInfo, 'kind' | 'scoresText' | 'parameterCount'>,
  options: PlanOptions,
): Promise<Plan> {
  const tasks: PlannedTask[] = [];
  const leftOut: LeftOut[] = [];
  const parts: Looks['parts'][number][] = [];
  for (const task of catalog) {
    const reason = reasonToSkip(task, model, options);
    if (reason !== null) {
      leftOut.push({
        name: taskName(task),
        reason,
        ...(isTooSmall(task, model, options) && { leastParameters: task.leastParameters! }),
      });
      continue;
    }
    const dataset = await task.dataset(options.datasets ?? undefined);
    const samples = selectSamples(dataset.samples, options.limit, options.seed);
    if (options.looks) {
      parts.push(...lookParts(taskName(task), task.metrics, dataset.samples, options.looks, options.seed));
    }
    tasks.push({ task, samples, summary: summaryOf(task, dataset, samples.length * options.repeats) });
  }
  return { tasks, leftOut, parts };
}

const millions = (count: number): string => `${Number((count / 1e6).toPrecision(2))} million`;

/** A model known to be too small for a task that was not asked for by name. */
function isTooSmall(
  task: Task,
  { parameterCount }: Pick<ModelInfo, 'parameterCount'>,
  { suites }: Pick<PlanOptions, 'suites'>,
): boolean {
  const { leastParameters = 0 } = task;
  return parameterCount !== null && parameterCount < leastParameters && !suites.includes(taskName(task));
}

function reasonToSkip(
  task: Task,
  model: Pick<ModelInfo, 'kind' | 'scoresText' | 'parameterCount'>,
  { suites, when }: Pick<PlanOptions, 'suites' | 'when'>,
): string | null {
  if (suites.length > 0 && !suites.includes(task.suite) && !suites.includes(taskName(task))) {
    return `suite ${task.suite} was not asked for`;
  }
  if (when && !task.when.includes(when)) return `it is not for ${when}, but for ${task.when.join(', ')}`;
  if (task.needsOwnServer && model.kind === 'http') return 'the endpoint does not offer these routes';
  if (isTooSmall(task, model, { suites })) {
    return `it is for models of ${millions(task.leastParameters!)} parameters and more; this one has ${millions(model.parameterCount!)}`;
  }
  if (task.needsLogLikelihood && !model.scoresText) return 'the model does not score given text';
  return null;
}

/** What a run will ask: tasks of the chosen suites, their samples, and what is left out and why. */
import { HarnessError } from '../errors.ts';
import type { Sample, Task } from '../tasks/task.ts';
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
  readonly looks?: Pick<Looks, 'first' | 'second'> | null;
}

export function taskName(task: Pick<Task, 'suite' | 'name'>): string {
  return `${task.suite}/${task.name}`;
}

/** @throws HarnessError E_USAGE for a suite that no task is of */
export function requireKnownSuites(catalog: readonly Task[], suites: readonly string[]): void {
  const known = [...new Set(catalog.map(({ suite }) => suite as string))];
  const unknown = suites.filter((suite) => !known.includes(suite));
  if (unknown.length > 0) {
    throw new HarnessError('E_USAGE', `No suite ${unknown.join(', ')}; there are ${known.join(', ')}`);
  }
}

/** Suites are known ones.
 *  @throws whatever loading a dataset throws */
export async function planRun(
  catalog: readonly Task[],
  model: Pick<ModelInfo, 'kind' | 'scoresText'>,
  options: PlanOptions,
): Promise<Plan> {
  const tasks: PlannedTask[] = [];
  const leftOut: LeftOut[] = [];
  const parts: Looks['parts'][number][] = [];
  for (const task of catalog) {
    const reason = reasonToSkip(task, model, options.suites);
    if (reason !== null) {
      leftOut.push({ name: taskName(task), reason });
      continue;
    }
    const dataset = await task.dataset(options.datasets ?? undefined);
    const samples = selectSamples(dataset.samples, options.limit, options.seed);
    if (options.looks) {
      parts.push(...lookParts(taskName(task), task.metrics, dataset.samples, options.looks, options.seed));
    }
    tasks.push({
      task,
      samples,
      summary: {
        suite: task.suite,
        task: task.name,
        title: task.title,
        description: task.description,
        dataset: { name: dataset.name, digest: dataset.digest, size: dataset.samples.length },
        planned: samples.length * options.repeats,
        metrics: task.metrics,
      },
    });
  }
  return { tasks, leftOut, parts };
}

function reasonToSkip(
  task: Task,
  model: Pick<ModelInfo, 'kind' | 'scoresText'>,
  suites: readonly string[],
): string | null {
  if (suites.length > 0 && !suites.includes(task.suite)) return `suite ${task.suite} was not asked for`;
  if (task.needsOwnServer && model.kind === 'http') return 'the endpoint does not offer these routes';
  if (task.needsLogLikelihood && !model.scoresText) return 'the model does not score given text';
  return null;
}

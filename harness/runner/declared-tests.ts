/** What Playwright tests a run consists of: known before any of them runs. */
import { loadTaskFiles } from '../project/own-tasks.ts';
import { STANDARD, standardTasks } from '../recipes/index.ts';
import type { Task } from '../tasks/task.ts';
import { taskName } from './plan.ts';
import { readRunContext } from './run-context.ts';
import { samplesOfRun } from './session.ts';

/** Tasks of the project that a run was started in; none outside of a run. */
export async function ownTasks(): Promise<readonly Task[]> {
  return await loadTaskFiles(readRunContext()?.taskFiles ?? []);
}

/** Tasks of standard sets, where the run asks for one. */
export async function fetchedTasks(): Promise<readonly Task[]> {
  const context = readRunContext();
  return context?.tasks.some((name) => name.startsWith(`${STANDARD}/`))
    ? await standardTasks(context.sets)
    : [];
}

/** The tests of a task: one of the whole of it (null), under `--explode` one of each of its samples by their ids; none
 *  of a task that is not part of the run. */
export async function testsOf(task: Task): Promise<readonly (string | null)[]> {
  const context = readRunContext();
  // Without a run the bundled model is asked, and it is too small for some tasks.
  if (!context) return task.leastParameters === undefined ? [null] : [];
  if (!context.tasks.includes(taskName(task))) return [];
  return context.explode ? (await samplesOfRun(task, context)).map(({ id }) => id) : [null];
}

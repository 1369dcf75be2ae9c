/** What tasks cost before they are run: calls of the model, and tokens it may generate. */
import type { Task, TaskCost } from './task.ts';

/** The engine's own limit where a request names none. */
const DEFAULT_MAX_TOKENS = 128;

/** Of one sample. */
export function costOf(task: Pick<Task, 'cost' | 'sampling'>): TaskCost {
  return task.cost ?? { calls: 1, outputTokens: task.sampling?.maxTokens ?? DEFAULT_MAX_TOKENS };
}

/** Of tasks with as many records as are planned. */
export function costOfAll(
  tasks: readonly { readonly planned: number; readonly cost: TaskCost }[],
): TaskCost & { readonly samples: number } {
  const sum = (of: (each: (typeof tasks)[number]) => number): number =>
    tasks.reduce((total, each) => total + of(each), 0);
  return {
    samples: sum(({ planned }) => planned),
    calls: sum(({ planned, cost }) => planned * cost.calls),
    outputTokens: sum(({ planned, cost }) => planned * cost.outputTokens),
  };
}

/** The gates of a run before it begins: those of the file and of the tasks, what they compare, what they can tell. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import { splitMetric } from '../gates/evidence.ts';
import { defaultGatesPath, parseGates, type Gate, type Gates } from '../gates/gates-file.ts';
import { withTaskGates } from '../gates/task-gates.ts';
import type { MetricSpec, RunInfo } from '../../reports/report-data.ts';
import type { Task } from '../tasks/task.ts';
import { taskName, type Plan } from './plan.ts';
import { gatesOfPlan, latestRun } from './plan-power.ts';
import type { RunPlan } from './run-options.ts';

export interface GatesOfRun {
  /** Absolute. */
  readonly path: string;
  /** As judged: the file's, and what tasks bring along. */
  readonly text: string;
  readonly gates: Gates;
}

/** @param asked null: gates.yaml in the current folder, else the bundled one
 *  @throws HarnessError E_GATES_INVALID */
export async function readGates(asked: string | null, tasks: readonly Task[]): Promise<GatesOfRun> {
  const path = resolve(asked ?? (existsSync('gates.yaml') ? 'gates.yaml' : defaultGatesPath));
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new HarnessError('E_GATES_INVALID', `Gates file ${path} cannot be read`, { cause });
  }
  const merged = withTaskGates(text, tasks);
  return { path, text: merged, gates: parseGates(merged, path) };
}

/** Planned tasks that some gate compares with the baseline. */
export function comparedTasks(gates: Gates, plan: Plan): string[] {
  const compared = new Set(
    gates.gates
      .filter(({ kind }) => kind === 'notWorseThan')
      .map(({ metric }) => splitMetric(metric).taskName),
  );
  return plan.tasks.map(({ task }) => taskName(task)).filter((name) => compared.has(name));
}

/** Metrics with a gate `always`, by task. */
export function alwaysAsked(gates: Gates, info: RunInfo): Map<string, readonly MetricSpec[]> {
  const asked = new Set(gates.gates.filter(({ kind }) => kind === 'always').map(({ metric }) => metric));
  return new Map(
    info.tasks.map((task) => {
      const name = `${task.suite}/${task.task}`;
      return [name, task.metrics.filter(({ metric }) => asked.has(`${name}.${metric}`))];
    }),
  );
}

const POWER = 0.8;

/** Of the gates that estimate, with the samples of the plan and the spread of the run before; those that compare only where
 *  there is a baseline. */
export async function detectable(gates: Gates, plan: Plan, info: RunInfo, home: string): Promise<RunPlan> {
  const estimates = ({ kind }: Gate): boolean =>
    kind === 'notWorseThan' ? info.baseline !== null : kind !== 'always';
  const estimating = { ...gates, gates: gates.gates.filter(estimates) };
  const earlier = await latestRun(home);
  const settings = { confidence: gates.confidence, power: POWER, icc: null, deviation: null };
  const planned = gatesOfPlan(estimating, plan, info.repeats, earlier, settings);
  return { gates: planned, from: earlier?.info.id ?? null, power: POWER };
}

export function unusedBaseline(reference: string): HarnessError {
  return new HarnessError(
    'E_USAGE',
    `No gate compares a task of this run with a baseline: ${reference} is not used`,
    {
      remedy: 'Add a gate with notWorseThan: baseline on one of its tasks, or leave --baseline out.',
    },
  );
}

/** The power of a run that is planned: the gates file, the samples there are, and the spread that an earlier run saw. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { groupByTask, taskName as recordsOf } from '../gates/aggregate.ts';
import { splitMetric } from '../gates/evidence.ts';
import type { Gate, Gates } from '../gates/gates-file.ts';
import {
  observedSpread,
  plannedSamples,
  planGate,
  type PlannedGate,
  type PowerSettings,
  type Spread,
} from '../gates/power-plan.ts';
import type { MetricSpec, RunInfo, SampleRecord } from '../../reports/report-data.ts';
import { readRunInfo, runFiles } from '../runs/run-folder.ts';
import { readSampleLog } from '../runs/sample-log.ts';
import type { Task } from '../tasks/task.ts';
import { planRun, taskName, type Plan, type PlannedTask } from './plan.ts';

/** An earlier run, for the spread of its scores. */
export interface EarlierRun {
  readonly info: RunInfo;
  readonly byTask: ReadonlyMap<string, readonly SampleRecord[]>;
  readonly baselineByTask: ReadonlyMap<string, readonly SampleRecord[]>;
}

/** @throws HarnessError E_RUN_INVALID */
export async function readEarlierRun(dir: string): Promise<EarlierRun> {
  const info = await readRunInfo(dir);
  return {
    info,
    byTask: groupByTask(readSampleLog(join(dir, runFiles.samples)).records),
    baselineByTask: groupByTask(readSampleLog(join(dir, runFiles.baselineSamples)).records),
  };
}

/** Runs looked at, and bytes of a log that is read, for a plan that nobody asked for. */
const MOST_RUNS = 5;
const MOST_BYTES = 64 << 20;

/** The newest complete run under `home`; null where there is none, or none that is quick to read. */
export async function latestRun(home: string): Promise<EarlierRun | null> {
  const folder = join(home, 'runs');
  const names = (await readdir(folder).catch(() => [])).toSorted((a, b) => (a < b ? 1 : -1));
  for (const name of names.slice(0, MOST_RUNS)) {
    const dir = join(folder, name);
    try {
      const { status } = await readRunInfo(dir);
      if (status !== 'complete' || (await stat(join(dir, runFiles.samples))).size > MOST_BYTES) continue;
      return await readEarlierRun(dir);
    } catch {
      continue; // what is no whole run says nothing of spread
    }
  }
  return null;
}

export interface PowerPlanOptions {
  readonly suites: readonly string[];
  readonly limit: number | null;
  readonly seed: number;
  readonly repeats: number;
  readonly datasets: string | null;
}

/** Every gate of the file on a task of these suites, with what it will be able to tell. */
export async function planPower(
  catalog: readonly Task[],
  gates: Gates,
  options: PowerPlanOptions,
  earlier: EarlierRun | null,
  settings: PowerSettings,
): Promise<PlannedGate[]> {
  const plan = await planRun(catalog, { kind: 'engine', scoresText: true, parameterCount: null }, options);
  return gatesOfPlan(gates, plan, options.repeats, earlier, settings);
}

export function gatesOfPlan(
  gates: Gates,
  plan: Plan,
  repeats: number,
  earlier: EarlierRun | null,
  settings: PowerSettings,
): PlannedGate[] {
  return gates.gates.flatMap((gate) => {
    const found = metricOf(gate, plan);
    if (!found) return [];
    const { planned, spec } = found;
    const samples = planned.samples.filter(({ tags }) => spec.tag === undefined || tags?.includes(spec.tag));
    const clusters = samples.flatMap(({ id, cluster }) => Array<string>(repeats).fill(cluster ?? id));
    const spread = earlier && spreadIn(earlier, planned, spec);
    return [planGate(gate, spec, plannedSamples(clusters), spread, settings)];
  });
}

function metricOf(gate: Gate, plan: Plan): { planned: PlannedTask; spec: MetricSpec } | null {
  const parts = splitMetric(gate.metric);
  const planned = plan.tasks.find(({ task }) => taskName(task) === parts.taskName);
  const spec = planned?.task.metrics.find(({ metric }) => metric === parts.metric);
  return planned && spec ? { planned, spec } : null;
}

/** Of the same questions only: another dataset has another spread. */
function spreadIn(earlier: EarlierRun, { summary }: PlannedTask, spec: MetricSpec): Spread | null {
  const name = recordsOf(summary);
  const task = earlier.info.tasks.find((each) => recordsOf(each) === name);
  if (task?.dataset.digest !== summary.dataset.digest) return null;
  const records = earlier.byTask.get(name) ?? [];
  return observedSpread(summary, spec, records, earlier.baselineByTask.get(name) ?? []);
}

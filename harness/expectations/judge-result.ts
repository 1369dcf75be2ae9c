/** Expectations of an author's test on the result of a task, decided by the code that decides gates: by intervals,
 *  failing closed, inconclusive where the samples settle nothing. */
import { parseGates } from '../gates/gates-file.ts';
import { judge } from '../gates/judge.ts';
import type { GateResult, RunTask, SampleRecord } from '../../reports/report-data.ts';
import type { TaskGate } from '../tasks/task.ts';

/** The records of a task, and what they are evidence of. */
export interface TaskResult {
  readonly task: RunTask;
  readonly records: readonly SampleRecord[];
  /** Null where there is no baseline. */
  readonly baselineRecords: readonly SampleRecord[] | null;
  /** That the task brings along. */
  readonly gates: readonly TaskGate[];
}

export interface JudgeOptions {
  /** Two-sided, of the intervals that decide; default 0.95. */
  readonly confidence?: number;
}

/** What follows for each gate, whose metric is one of the task's by its short name. A comparison without a baseline
 *  could not be evaluated: who expects it has to have one.
 *  @throws HarnessError E_GATES_INVALID for what is no gate */
export function judgeResult(
  { task, records, baselineRecords }: Omit<TaskResult, 'gates'>,
  gates: readonly TaskGate[],
  { confidence = 0.95 }: JudgeOptions = {},
): readonly GateResult[] {
  const full = gates.map((gate) => ({ ...gate, metric: `${task.suite}/${task.task}.${gate.metric}` }));
  const text = JSON.stringify({ version: 1, confidence, gates: full }, null, 1); // which is YAML as well
  return judge({
    gates: parseGates(text, 'the expectation'),
    tasks: [task],
    samples: records,
    baselineSamples: baselineRecords,
    baselineRequested: true,
    limit: null,
  }).verdict.gates;
}

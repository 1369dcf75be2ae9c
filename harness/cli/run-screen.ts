/** What `harness run` shows while it works. On a terminal: a table per suite that grows task by task, the first
 *  failures as they come, and one line at the bottom with the time left. Elsewhere: a line a suite, and the failures.
 *  Knows progress and lines; knows nothing of verdicts. */
import type { MetricSpec } from '../../reports/report-data.ts';
import type { RunStart } from '../runner/run-options.ts';
import {
  RunProgressTracker,
  type ProgressTask,
  type TaskProgress,
  type TimeLeft,
} from '../runner/run-progress.ts';
import type { WatchedRecord } from '../runner/watch-records.ts';
import { clock, eraseLine, progressLine } from './progress-bar.ts';
import { cut, oneLine, painter, widthOf, type Screen } from './terminal.ts';

/** Failures shown of one task; the table counts the rest. */
const FIRST_FAILURES = 3;

export interface RunScreen {
  phase(this: void, label: string): void;
  start(this: void, started: RunStart): void;
  records(this: void, records: readonly WatchedRecord[]): void;
  stop(this: void): void;
}

/** @param paces of an earlier run of the same model, milliseconds a record, by task
 *  @param now milliseconds of a clock that does not go back */
export function startRunScreen(
  screen: Screen,
  paces: (model: string) => ReadonlyMap<string, number> = () => new Map(),
  now: () => number = () => performance.now(),
): RunScreen {
  const paint = painter(screen);
  const columns = () => (widthOf(screen) ?? 81) - 1;
  let tracker: RunProgressTracker | null = null;
  let always: ReadonlyMap<string, readonly MetricSpec[]> = new Map();
  let live = '';
  let shownSuite = '';
  const told = new Set<string>();
  const failures = new Map<string, number>();

  const draw = (line: string) => {
    live = line;
    if (screen.isTTY) screen.write(eraseLine + line);
  };
  const print = (lines: readonly string[]) => {
    if (lines.length === 0) return;
    screen.write(`${screen.isTTY ? eraseLine : ''}${lines.join('\n')}\n${screen.isTTY ? live : ''}`);
  };

  const failureLines = (found: WatchedRecord): string[] => {
    const { record, whose, isOld } = found;
    if (isOld) return [];
    const name = `${record.suite}/${record.task}`;
    const what = failureOf(record, whose === 'model' ? (always.get(name) ?? []) : []);
    if (what === null) return [];
    const count = (failures.get(name) ?? 0) + 1;
    failures.set(name, count);
    if (count > FIRST_FAILURES) return [];
    const who = whose === 'baseline' ? `${name} (baseline)` : name;
    const more = count === FIRST_FAILURES ? ['  further ones of this task stand in samples.jsonl'] : [];
    const line = oneLine(`${who} ${record.sampleId}: ${what}`, screen.isTTY ? columns() - 2 : null);
    return [`${paint('red', '✕')} ${line}`, ...more];
  };

  const finishedLines = (tasks: readonly TaskProgress[]): string[] => {
    const lines: string[] = [];
    for (const task of tasks) {
      const name = `${task.suite}/${task.task}`;
      if (told.has(name) || task.done < task.planned) continue;
      told.add(name);
      if (screen.isTTY) {
        if (task.suite !== shownSuite) lines.push('', paint('bold', headOf(task.suite, tasks)));
        shownSuite = task.suite;
        lines.push(rowOf(task, tasks));
      } else {
        const suite = tasks.filter((each) => each.suite === task.suite);
        if (suite.every(({ done, planned }) => done >= planned)) lines.push(suiteLine(suite));
      }
    }
    return lines;
  };

  return {
    phase: (label) => {
      if (screen.isTTY) draw(cut(label, columns()));
      else screen.write(`${label}\n`);
    },
    start: (started) => {
      always = started.always;
      tracker = new RunProgressTracker(started.tasks, paces(started.info.model.reference), now);
      draw(liveLine(tracker.tasks(), tracker.timeLeft(), columns()));
    },
    records: (records) => {
      if (tracker === null) return;
      for (const record of records) tracker.add(record);
      const tasks = tracker.tasks();
      live = liveLine(tasks, tracker.timeLeft(), columns());
      print([...records.flatMap(failureLines), ...finishedLines(tasks)]);
      draw(live);
    },
    stop: () => {
      draw('');
      if (screen.isTTY && shownSuite !== '') screen.write('\n');
      shownSuite = '';
    },
  };
}

/** Why a record refutes what was asked of it; null where it does not. */
function failureOf(record: WatchedRecord['record'], always: readonly MetricSpec[]): string | null {
  if (record.error) return `${record.error.code}: ${record.error.message}`;
  for (const { metric, score, tag } of always) {
    const value = record.scores[score];
    if (tag !== undefined && !record.tags.includes(tag)) continue;
    if (value !== undefined && value !== null && value !== 1)
      return `${metric} is ${value}, not 1 as always asked`;
  }
  return null;
}

function liveLine(tasks: readonly TaskProgress[], left: TimeLeft | null, columns: number): string {
  const done = tasks.reduce((sum, task) => sum + task.done, 0);
  const planned = tasks.reduce((sum, task) => sum + task.planned, 0);
  const current = tasks.findLast((task) => task.done > 0 && task.done < task.planned);
  const label = current ? `${current.suite}/${current.task}` : 'evaluating';
  const time = left && done < planned ? `${left.atLeast ? 'at least ' : ''}${clock(left.ms)} left` : '';
  return progressLine(label, { done, planned }, time, columns);
}

const NUMBERS = [
  { head: 'samples', of: (task: TaskProgress) => task.planned.toLocaleString('en') },
  {
    head: 'errors',
    of: (task: TaskProgress) => (task.errors === 0 ? '–' : task.errors.toLocaleString('en')),
  },
  { head: 'median', of: ({ medianMs }: TaskProgress) => (medianMs === null ? '–' : duration(medianMs)) },
  { head: 'time', of: (task: TaskProgress) => clock(task.elapsedMs) },
] as const;
const NUMBER_WIDTH = 8;
const WIDEST_NAME = 24;

function headOf(suite: string, tasks: readonly ProgressTask[]): string {
  return lineOf(
    suite,
    NUMBERS.map(({ head }) => head),
    tasks,
  );
}

function rowOf(task: TaskProgress, tasks: readonly ProgressTask[]): string {
  return lineOf(
    `  ${task.task}`,
    NUMBERS.map(({ of }) => of(task)),
    tasks,
  );
}

/** 60 columns at most. */
function lineOf(name: string, cells: readonly string[], tasks: readonly ProgressTask[]): string {
  const width = Math.min(WIDEST_NAME, Math.max(...tasks.map(({ task }) => task.length + 2)));
  return `${cut(name, width).padEnd(width)}${cells.map((cell) => cell.padStart(NUMBER_WIDTH)).join('')}`;
}

function suiteLine(tasks: readonly TaskProgress[]): string {
  const sum = (of: (task: TaskProgress) => number) => tasks.reduce((all, task) => all + of(task), 0);
  const errors = sum((task) => task.errors);
  return (
    `${tasks[0]!.suite}: ${sum((task) => task.done).toLocaleString('en')} samples, ` +
    `${errors === 1 ? 'one error' : `${errors} errors`}, ${clock(sum((task) => task.elapsedMs))}`
  );
}

function duration(ms: number): string {
  if (ms < 1) return '< 1 ms';
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(0)} s`;
}

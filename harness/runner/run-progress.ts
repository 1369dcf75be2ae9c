/** How far a run is, task by task, and how long the rest takes. Knows records; knows nothing of terminals.
 *  Tasks differ a thousandfold in pace, so the rest is reckoned task by task: at the pace of this run where there is
 *  one, else at that of an earlier run of the same model. What neither tells makes the sum a lower bound. */
import type { SampleRecord } from '../../reports/report-data.ts';
import { recordKey } from '../runs/sample-log.ts';
import type { WatchedRecord } from './watch-records.ts';

export interface ProgressTask {
  readonly suite: string;
  readonly task: string;
  /** Records of model and baseline. */
  readonly planned: number;
}

export interface TaskProgress extends ProgressTask {
  readonly done: number;
  readonly errors: number;
  /** Of the model's answers; null where none was timed. */
  readonly medianMs: number | null;
  /** From its first request of this session to its last record; 0 before it. */
  readonly elapsedMs: number;
}

export interface TimeLeft {
  readonly ms: number;
  /** There are tasks of which no pace is known: it takes longer. */
  readonly atLeast: boolean;
}

/** Records that make a pace: fewer say more of the first request than of the rest. */
const ENOUGH_FOR_PACE = 3;

interface State extends ProgressTask {
  readonly keys: Set<string>;
  readonly errorKeys: Set<string>;
  readonly latencies: number[];
  startedMs: number | null;
  lastMs: number;
  sinceStart: number;
}

export class RunProgressTracker {
  readonly #tasks = new Map<string, State>();
  readonly #paces: ReadonlyMap<string, number>;
  readonly #now: () => number;

  /** @param paces milliseconds a record, by `suite/task`, of an earlier run
   *  @param now milliseconds of a clock that does not go back */
  constructor(
    tasks: readonly ProgressTask[],
    paces: ReadonlyMap<string, number> = new Map(),
    now: () => number = () => performance.now(),
  ) {
    this.#paces = paces;
    this.#now = now;
    for (const task of tasks) {
      this.#tasks.set(nameOf(task), {
        ...task,
        keys: new Set(),
        errorKeys: new Set(),
        latencies: [],
        startedMs: null,
        lastMs: 0,
        sinceStart: 0,
      });
    }
  }

  add({ whose, record, isOld }: WatchedRecord): void {
    const state = this.#tasks.get(nameOf(record));
    if (!state) return;
    const key = `${whose} ${recordKey(record)}`;
    state.keys.add(key);
    if (record.error === null) state.errorKeys.delete(key);
    else state.errorKeys.add(key);
    if (whose === 'model' && record.timing) state.latencies.push(record.timing.latencyMs);
    if (isOld) return; // it says nothing of the pace
    state.startedMs ??= this.#now() - (record.timing?.latencyMs ?? 0);
    state.lastMs = this.#now();
    state.sinceStart++;
  }

  tasks(): TaskProgress[] {
    return [...this.#tasks.values()].map((state) => ({
      suite: state.suite,
      task: state.task,
      planned: state.planned,
      done: state.keys.size,
      errors: state.errorKeys.size,
      medianMs: median(state.latencies),
      elapsedMs: state.startedMs === null ? 0 : state.lastMs - state.startedMs,
    }));
  }

  /** Null while nothing is known of any task that is left. */
  timeLeft(): TimeLeft | null {
    let ms = 0;
    let known = false;
    let atLeast = false;
    for (const [name, state] of this.#tasks) {
      const rest = state.planned - state.keys.size;
      if (rest <= 0) continue;
      const pace = this.#paceOf(state) ?? this.#paces.get(name);
      if (pace === undefined) atLeast = true;
      else {
        known = true;
        ms += rest * pace;
      }
    }
    return known || !atLeast ? { ms, atLeast } : null;
  }

  #paceOf({ startedMs, sinceStart }: State): number | undefined {
    if (startedMs === null || sinceStart <= ENOUGH_FOR_PACE) return undefined;
    return (this.#now() - startedMs) / sinceStart;
  }
}

/** Milliseconds a record, by task: from the first request to the last answer. */
export function pacesOf(byTask: ReadonlyMap<string, readonly SampleRecord[]>): Map<string, number> {
  const paces = new Map<string, number>();
  for (const [name, records] of byTask) {
    let first = Infinity;
    let last = -Infinity;
    for (const { timing } of records) {
      if (!timing) continue;
      const startMs = Date.parse(timing.startedAt);
      first = Math.min(first, startMs);
      last = Math.max(last, startMs + timing.latencyMs);
    }
    if (last > first) paces.set(name, (last - first) / records.length);
  }
  return paces;
}

function nameOf({ suite, task }: { readonly suite: string; readonly task: string }): string {
  return `${suite}/${task}`;
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? null;
}

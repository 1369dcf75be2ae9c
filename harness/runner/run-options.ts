/** What a run is asked for, what it tells on the way, and what comes of it. */
import type { HarnessError } from '../errors.ts';
import type { PlannedGate } from '../gates/power-plan.ts';
import type { MetricSpec, ReportData, RunInfo, Shard } from '../../reports/report-data.ts';
import type { Frequency } from '../tasks/task.ts';
import type { ProgressTask } from './run-progress.ts';
import type { WatchedRecord } from './watch-records.ts';

export interface RunOptions {
  /** Suites, or tasks as `suite/task`; empty: all. */
  readonly suites: readonly string[];
  readonly model: string;
  /** Null: `@production` where there is one. */
  readonly baseline: string | null;
  /** Null: gates.yaml in the current folder, else the bundled one. */
  readonly gates: string | null;
  readonly out: string | null;
  readonly limit: number | null;
  readonly seed: number;
  readonly repeats: number;
  readonly concurrency: number;
  readonly datasets: string | null;
  /** Files that the model was trained on, to be searched for what the run asks. */
  readonly trainingData?: readonly string[];
  readonly device?: string;
  readonly dtype?: string;
  /** Default: what an alias pins, else the engine's default; never that of the model under test. */
  readonly baselineDtype?: string;
  /** Folder of an interrupted run: its own options win, its records stay. */
  readonly resume: string | null;
  /** Folder of a run whose first look was inconclusive: takes the second. */
  readonly extend: string | null;
  /** Declares a second look, as `secondLookSize` reads it; null: as the gates file has it. */
  readonly secondLook: string | null;
  /** Only the tasks that are worth their cost then; null: all. */
  readonly when: Frequency | null;
  /** A part of the run, to be merged with the others; null: the whole. */
  readonly shard: Shard | null;
  /** Whether answers that earlier runs had from the very model may stand for its own. */
  readonly cache: boolean;
  /** One Playwright test a sample, and Playwright's own report of them in the run folder. */
  readonly explode: boolean;
  readonly home: string;
  readonly command: readonly string[];
  /** Options that were named, and not left to their defaults: a run that is reopened must not contradict them. */
  readonly explicit?: readonly (keyof RunOptions)[];
}

/** What is known when the first request goes out. */
export interface RunStart {
  readonly info: RunInfo;
  /** Records of model and baseline. */
  readonly tasks: readonly ProgressTask[];
  /** Metrics, by `suite/task`, that one counter-example refutes. */
  readonly always: ReadonlyMap<string, readonly MetricSpec[]>;
}

/** What a run will be able to detect. */
export interface RunPlan {
  /** Those that estimate; of those that compare, only where there is a baseline. */
  readonly gates: readonly PlannedGate[];
  /** The run that shows the spread; null: it is assumed. */
  readonly from: string | null;
  readonly power: number;
}

export interface RunObserver {
  onPhase(phase: string): void;
  /** Before a run spends anything. */
  onPlan?(planned: RunPlan): void;
  onStart?(started: RunStart): void;
  /** Records as they are written, those of an earlier session first. */
  onRecords?(records: readonly WatchedRecord[]): void;
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly dir: string;
  readonly data: ReportData;
  /** Of the test runner. The verdict, which is then no pass, stands beside it. */
  readonly failure: HarnessError | null;
}

/** A part of a run has samples, and no verdict before it is merged with the others. */
export interface ShardResult {
  readonly dir: string;
  readonly shard: Shard;
  readonly samples: number;
  readonly failure: HarnessError | null;
}

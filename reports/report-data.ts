/** The files of a run folder as plain data: what the report shows and the registry keeps as evidence.
 *  Knows nothing of the harness or the engine; they write these shapes, the report reads them. */
import type { RunInfo } from './run-data.ts';
import type { SampleRecord } from './sample-data.ts';
import type { MetricsFile, Verdict } from './verdict-data.ts';

export type { Digest } from './digest.ts';
export type {
  RunModel,
  MetricSpec,
  RunTask,
  Shard,
  TrainingRecord,
  LeftOut,
  LookSize,
  Looks,
  RunInfo,
} from './run-data.ts';
export type { ErrorClass, ErrorCounts, JudgeExchange, SampleRecord } from './sample-data.ts';
export type { MetricRow, MetricsFile, GateOutcome, RunOutcome, GateResult, Verdict } from './verdict-data.ts';

/** One metric of the samples with one tag. */
export interface GroupRow {
  readonly suite: string;
  readonly task: string;
  readonly metric: string;
  readonly tag: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  /** The baseline's value of the same group. */
  readonly baseline: number | null;
}

/** Stated confidence of a task's answers against how many were right, bin by bin. */
export interface Calibration {
  readonly suite: string;
  readonly task: string;
  readonly n: number;
  readonly bins: readonly { readonly n: number; readonly confidence: number; readonly accuracy: number }[];
  /** Expected calibration error over these bins. */
  readonly error: number;
}

/** All that report.html and report.md are made from. */
export interface ReportData {
  readonly run: RunInfo;
  readonly metrics: MetricsFile;
  readonly verdict: Verdict;
  readonly samples: readonly SampleRecord[];
  readonly baselineSamples: readonly SampleRecord[] | null;
  /** How the run folder's files differ from what follows from its samples, which is what is shown; absent where they
   *  do not. */
  readonly contradiction?: string;
  /** Shown beside the metrics, never judged; absent where nobody reckoned them. */
  readonly groups?: readonly GroupRow[];
  readonly calibrations?: readonly Calibration[];
}

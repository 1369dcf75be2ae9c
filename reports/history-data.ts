/** Many runs of one suite of metrics over time, as plain data. Knows nothing of how changes are found. */
import type { MetricRow, RunOutcome } from './report-data.ts';

export interface HistoryRun {
  readonly id: string;
  readonly startedAt: string;
  /** Model reference. */
  readonly model: string;
  readonly outcome: RunOutcome;
  readonly sentence: string;
}

export interface HistoryPoint {
  /** Place in `runs`. */
  readonly run: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface HistorySeries {
  /** `suite/task.metric`. */
  readonly name: string;
  readonly better: MetricRow['better'];
  readonly unit: string | null;
  readonly points: readonly HistoryPoint[];
  /** Where the level changed: first point of the new one, and both levels. */
  readonly changes: readonly { readonly at: number; readonly before: number; readonly after: number }[];
  /** Points left out because they were computed otherwise or on other data than the newest. */
  readonly leftOut: number;
  /** Runs that hold the metric and could not reckon it. */
  readonly withoutValue: number;
}

export interface HistoryData {
  /** Folder that holds the runs, as given. */
  readonly dir: string;
  /** Oldest first. */
  readonly runs: readonly HistoryRun[];
  readonly series: readonly HistorySeries[];
  /** Folders that are no complete run, with the reason. */
  readonly passedOver: readonly { readonly name: string; readonly reason: string }[];
}

/** metrics.json and verdict.json as plain data. */
import type { Digest } from './digest.ts';
import type { ErrorCounts } from './sample-data.ts';

/** One row of metrics.json. */
export interface MetricRow {
  readonly suite: string;
  readonly task: string;
  readonly metric: string;
  /** Null where undefined (no sample has a score); the reason stands beside. */
  readonly value: number | null;
  /** 95% interval; null where the aggregate has none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Scores aggregated. */
  readonly n: number;
  readonly clusters: number;
  readonly errors: number;
  /** The errors by class; absent in runs of older versions. */
  readonly errorClasses?: ErrorCounts;
  /** Scores that were null. */
  readonly undefinedCount: number;
  readonly better: 'higher' | 'lower' | 'neither';
  readonly unit: string | null;
  readonly signature: string;
  readonly reason: string | null;
}

/** metrics.json */
export interface MetricsFile {
  readonly metrics: readonly MetricRow[];
  readonly baseline: readonly MetricRow[] | null;
}

export type GateOutcome = 'pass' | 'fail' | 'inconclusive' | 'could-not-evaluate' | 'not-applicable';
export type RunOutcome = 'pass' | 'fail' | 'inconclusive' | 'could-not-evaluate';

export interface GateResult {
  readonly metric: string;
  /** The rule in words: `at least 0.2`, `always`, `not worse than baseline by 0.02`. */
  readonly rule: string;
  readonly kind: 'atLeast' | 'atMost' | 'always' | 'notWorseThan';
  readonly value: number | null;
  /** The interval that decides; of a comparison, the baseline's value plus the interval of the difference. */
  readonly low: number | null;
  readonly high: number | null;
  /** The bound, or the margin of a comparison. */
  readonly threshold: number | null;
  /** Baseline's value where the gate compares. */
  readonly baseline: number | null;
  readonly n: number;
  /** Smallest difference this gate detects with power 0.8; null where it does not apply. */
  readonly mde: number | null;
  /** One-sided level that it was held against, after the split between looks; absent where nothing is tested. */
  readonly alpha?: number;
  readonly outcome: GateOutcome;
  /** In words, with the numbers. */
  readonly reason: string;
}

/** verdict.json */
export interface Verdict {
  readonly outcome: RunOutcome;
  /** One sentence: the first line of the terminal and of the report. */
  readonly sentence: string;
  readonly gates: readonly GateResult[];
  readonly gatesDigest: Digest;
  readonly counts: Readonly<Record<GateOutcome, number>>;
  /** Records of the model that are errors, by class; absent in runs of older versions. */
  readonly errors?: ErrorCounts;
  /** Samples of the run that stand in the model's training data, by `suite/task`; absent where no training data is known. A
   *  metric measured on them is memory. */
  readonly contamination?: {
    readonly samples: number;
    readonly contaminated: number;
    readonly tasks: Readonly<Record<string, number>>;
  };
  /** Of two declared looks, the one judged, and the one-sided alpha that the gates have spent by it. */
  readonly look?: { readonly look: 1 | 2; readonly alphaSpent: number; readonly alpha: number };
}

/** Two runs side by side as plain data: what the comparison page shows and `harness compare` prints.
 *  Knows nothing of how they are compared. */
import type { MetricRow, RunInfo, SampleRecord, Verdict } from './report-data.ts';

/** What can be said of a metric of two runs. `different`: it changed, and neither direction is better. */
export type Conclusion = 'worse' | 'better' | 'different' | 'no-difference' | 'not-compared';

export interface MetricComparison {
  readonly suite: string;
  readonly task: string;
  readonly metric: string;
  readonly better: MetricRow['better'];
  readonly unit: string | null;
  /** Only samples with this tag; null for all of the task. */
  readonly tag: string | null;
  /** Name of the score that it is made of. */
  readonly score: string;
  /** Rows of all samples of each run; null where the run has no such metric. */
  readonly model: MetricRow | null;
  readonly baseline: MetricRow | null;
  /** Mean of model − baseline over the pairs with its 95% interval; null where the two were not tested pair by pair. */
  readonly difference: {
    readonly value: number;
    /** Null where all pairs are equal: a spread of none is no interval. */
    readonly low: number | null;
    readonly high: number | null;
  } | null;
  /** Pairs with a score on both sides, and their independent clusters. */
  readonly pairs: number;
  readonly clusters: number;
  /** Pairs in which the model's score is above, below, equal to the baseline's. */
  readonly higher: number;
  readonly lower: number;
  readonly equal: number;
  /** Two-sided p of "no difference", and the same adjusted by Holm over all metrics that were tested. */
  readonly p: number | null;
  readonly pAdjusted: number | null;
  readonly conclusion: Conclusion;
  /** In words, with the numbers. */
  readonly reason: string;
}

export interface ComparedRun {
  /** Folder, as given. */
  readonly dir: string;
  readonly run: RunInfo;
  /** As computed again from its samples. */
  readonly verdict: Verdict;
  /** How its files differ from what follows from its samples; null where they do not. */
  readonly contradiction: string | null;
}

/** Something besides the model in which the runs differ. */
export interface SetupDifference {
  readonly what: string;
  readonly baseline: string;
  readonly model: string;
}

export interface ComparisonData {
  /** One sentence: the first line of the terminal and of the page. */
  readonly sentence: string;
  readonly outcome: 'worse' | 'better' | 'mixed' | 'no-difference' | 'not-compared';
  readonly counts: Readonly<Record<Conclusion, number>>;
  readonly baseline: ComparedRun;
  readonly model: ComparedRun;
  readonly setup: readonly SetupDifference[];
  readonly metrics: readonly MetricComparison[];
  readonly samples: readonly SampleRecord[];
  readonly baselineSamples: readonly SampleRecord[];
  /** Samples that only one run has, or that were not asked the same. */
  readonly unpaired: number;
}

/** run.json as plain data: which model was asked what, by which gates, under which conditions. Knows nothing of what came
 *  out. */
import type { Digest } from './digest.ts';
import type { GateResult } from './verdict-data.ts';

export interface RunModel {
  readonly reference: string;
  readonly name: string;
  readonly kind: 'engine' | 'scripted' | 'http';
  /** Null for a model whose weights cannot be seen; it can be judged, not promoted. */
  readonly digests: {
    readonly weights: Digest;
    readonly tokenizer: Digest;
    readonly template: Digest | null;
    readonly config: Digest;
    /** Of the adapter that was applied; absent where there is none. */
    readonly adapter?: Digest;
  } | null;
  readonly device: string;
  /** Why on that one; absent where there was no choice. */
  readonly deviceReason?: string;
  readonly dtype: string;
  readonly parameterCount: number | null;
  /** Of a scripted model's file; absent for others. */
  readonly script?: Digest;
}

/** How one metric is made from the scores of a task's samples. */
export interface MetricSpec {
  /** Full name is `suite/task.metric`. */
  readonly metric: string;
  /** The score, in each sample record, that is aggregated. */
  readonly score: string;
  /** mean: clustered t interval, corrected for skewness · proportion: of scores that are 0 or 1, Wilson interval, over clusters where
   *  there are any · p50, p95: order-statistic interval · max, sum: no interval. */
  readonly aggregate: 'mean' | 'proportion' | 'p50' | 'p95' | 'max' | 'sum';
  readonly better: 'higher' | 'lower' | 'neither';
  /** Bounds of the score, where it has them: intervals do not leave them, and all-equal scores get an interval. Null: it has
   *  none. Where neither is said, [0, 1] if all scores lie there and have no unit. */
  readonly range?: readonly [number, number] | null;
  /** Of a proportion: the score counts successes out of this other score, so that each sample is as many observations of
   *  one cluster: instructions kept out of the instructions that a prompt gives. */
  readonly outOf?: string;
  /** Of a proportion that a detector found: the true rate behind it (Rogan and Gladen 1978), by the labelled samples that
   *  tell how often the detector is right, whose uncertainty the interval counts. */
  readonly detector?: {
    readonly sensitivity: { readonly successes: number; readonly trials: number };
    readonly specificity: { readonly successes: number; readonly trials: number };
  };
  /** Only samples with this tag. */
  readonly tag?: string;
  /** ms, tokens/s, words, …; absent for a pure number. */
  readonly unit?: string;
  /** What exactly was computed, in the manner of sacrebleu: `bleu|tok:13a|smooth:exp|…`. */
  readonly signature: string;
}

export interface RunTask {
  readonly suite: string;
  readonly task: string;
  readonly title: string;
  /** What it asks and why it matters, one sentence. */
  readonly description: string;
  readonly dataset: {
    readonly name: string;
    readonly digest: Digest;
    readonly size: number;
    /** The user's file, from the project's folder, with slashes; absent for a bundled set. */
    readonly path?: string;
  };
  /** Sample records a complete run has: selected samples × repeats. */
  readonly planned: number;
  /** Of one sample, at most; absent in runs of older versions. */
  readonly cost?: { readonly calls: number; readonly outputTokens: number };
  readonly metrics: readonly MetricSpec[];
  /** What answers were asked with: temperature, maxTokens, …; absent where the task asks in its own way. */
  readonly sampling?: Readonly<Record<string, unknown>>;
}

/** A part of a run that is evaluated in parts: the part's number, from 1, and how many there are. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** What a model's own files tell of its training. */
export interface TrainingRecord {
  readonly curves: readonly {
    readonly name: string;
    /** Step and value. */
    readonly points: readonly (readonly [number, number])[];
  }[];
  /** `from`: the file that says so. */
  readonly base: readonly { readonly name: string; readonly digest: Digest | null; readonly from: string }[];
  readonly data: readonly { readonly name: string; readonly digest: Digest | null; readonly from: string }[];
  readonly licence: string | null;
}

/** What a run did not do, and why: `quality` (a suite) or `quality/heldout` (a task). */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
  /** It is for models of so many parameters and more, and the model has fewer: nothing that a run could make good. */
  readonly leastParameters?: number;
}

/** How much a look asks of each task. */
export interface LookSize {
  /** Samples a task at most; null for all. */
  readonly limit: number | null;
  readonly repeats: number;
}

/** Two looks at the samples, declared before the first of them: what the first leaves open, the second settles. */
export interface Looks {
  /** The one that this folder's records are for. */
  readonly look: 1 | 2;
  /** How alpha is split between them. */
  readonly spending: 'obrien-fleming';
  readonly first: LookSize;
  readonly second: LookSize;
  /** Records planned, of a task or of its samples with a tag that a metric is of. */
  readonly parts: readonly {
    readonly task: string;
    readonly tag: string | null;
    readonly first: number;
    readonly second: number;
    /** Share of the second look's information that the first has: of its records or of its clusters, whichever is less. */
    readonly fraction: number;
  }[];
  /** What the first look concluded, from when the second began. */
  readonly concluded?: {
    readonly finishedAt: string | null;
    readonly sentence: string;
    readonly gates: readonly Pick<GateResult, 'metric' | 'rule' | 'outcome'>[];
  };
}

/** run.json */
export interface RunInfo {
  readonly id: string;
  readonly status: 'running' | 'complete' | 'interrupted' | 'failed';
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly command: readonly string[];
  readonly model: RunModel;
  readonly baseline: RunModel | null;
  readonly suites: readonly string[];
  readonly tasks: readonly RunTask[];
  /** A gate on what was left out is not applicable; a run that left out what a gate needs cannot be promoted. */
  readonly leftOut: readonly LeftOut[];
  /** Folder of the datasets that stood in place of the bundled ones; null where none did. */
  readonly datasets: string | null;
  readonly seed: number;
  readonly repeats: number;
  /** Samples a task at most; null for all. A limited run cannot be promoted. */
  readonly limit: number | null;
  /** The suites and tasks (`suite/task`) that were asked for; absent: all. */
  readonly asked?: readonly string[];
  /** The tasks that were asked for by when they are worth their cost; absent: all. */
  readonly when?: string;
  /** Of a run that is a part of another: it has samples and no verdict; `planned` above is the part's. */
  readonly shard?: Shard;
  /** Of a run merged of shards: their ids. */
  readonly mergedFrom?: readonly string[];
  /** Absent: one look. Of two, `limit` and `repeats` above are those of the look that was taken. */
  readonly looks?: Looks;
  readonly gates: { readonly path: string; readonly digest: Digest };
  /** Of the training data that the run was told of, by its options or by the model's folder: samples of its tasks that stand
   *  in them. Absent: it was told of none. */
  readonly trainingOverlap?: {
    readonly files: readonly { readonly name: string; readonly digest: Digest }[];
    /** Named by the model's folder, but not to be read any more as they were. */
    readonly unread?: readonly { readonly name: string; readonly reason: string }[];
    readonly samples: number;
    readonly contaminated: number;
    /** Contaminated samples by `suite/task`. */
    readonly tasks: Readonly<Record<string, number>>;
    /** And their ids; absent in runs of older versions. */
    readonly sampleIds?: Readonly<Record<string, readonly string[]>>;
    /** The first of them, and where they stand. */
    readonly first: readonly {
      readonly task: string;
      readonly sampleId: string;
      readonly kind: string;
      readonly place: string;
    }[];
  };
  /** Of everything besides the model that decides the numbers: tasks, seed, repeats, limit, sampling. */
  readonly configurationDigest: Digest;
  readonly versions: Readonly<Record<string, string>>;
  /** Absent where the model's files tell nothing, or are not here. */
  readonly training?: TrainingRecord;
}

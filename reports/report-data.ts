/** The files of a run folder as plain data: what the report shows and the registry keeps as evidence.
 *  Knows nothing of the harness or the engine; they write these shapes, the report reads them. */

/** `sha256:<hex>` of a file or of canonical JSON. */
export type Digest = string;

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
  readonly dataset: { readonly name: string; readonly digest: Digest; readonly size: number };
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

/** Whose fault an error is: the machine's or the network's, a deadline's, the judging model's, the model's. */
export type ErrorClass = 'infrastructure' | 'timeout' | 'judge' | 'model';

export type ErrorCounts = { readonly [Class in ErrorClass]: number };

export interface SampleError {
  readonly code: string;
  readonly message: string;
}

/** One question to a judging model. */
export interface JudgeExchange {
  readonly prompt: string;
  readonly reply: string;
}

/** One line of samples.jsonl: one task × sample × repeat. Baseline records lie in baseline-samples.jsonl. */
export interface SampleRecord {
  readonly suite: string;
  readonly task: string;
  readonly sampleId: string;
  readonly repeat: number;
  /** Samples that are not independent (wordings of one question) share a cluster. */
  readonly cluster: string;
  readonly tags: readonly string[];
  readonly input: {
    readonly prompt?: string;
    readonly messages?: readonly { readonly role: string; readonly content: string }[];
  };
  /** Of the input and the sampling parameters; a pair with different digests is no pair. */
  readonly inputDigest: Digest;
  /** Null when there is none because of an error. */
  readonly output: string | null;
  readonly references: readonly string[];
  /** Null where the score is undefined for this output; the reason stands in `reasons`. */
  readonly scores: Readonly<Record<string, number | null>>;
  readonly reasons: Readonly<Record<string, string>>;
  readonly usage: {
    readonly promptTokens: number;
    readonly completionTokens: number;
    readonly totalTokens: number;
  } | null;
  readonly timing: {
    readonly startedAt: string;
    readonly latencyMs: number;
    readonly ttftMs: number | null;
  } | null;
  /** No score says whether the answer is good: a reviewer reads it. Absent where one does. */
  readonly needsReview?: true;
  /** An error is never a score of zero: such a record has no scores. */
  readonly error: SampleError | null;
  /** The answer, or one of several, was kept from an earlier run of the same model; it has no timing then. */
  readonly cached?: true;
  /** Of the request, where temperature is above 0 it decides the answer; absent in runs of older versions. */
  readonly seed?: number;
  /** What the server calls the request in its log; absent where it did not say. */
  readonly requestId?: string;
  /** What a judging model was asked and said, by score; absent where none was. */
  readonly judge?: Readonly<Record<string, readonly JudgeExchange[]>>;
}

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

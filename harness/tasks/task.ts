/** Task: a dataset, a model call and scorers, declared as a value.
 *  Knows what is asked and how it is scored; knows nothing of runs, files or gates. */
import type {
  ChatMessage,
  GenerateResult,
  LogLikelihoodResult,
  ModelInput,
  SamplingParameters,
} from '../../engine/index.ts';
import type { JudgeExchange, MetricSpec } from '../../reports/report-data.ts';

/** One item of a dataset. */
export interface Sample {
  readonly id: string;
  readonly prompt?: string;
  readonly messages?: readonly ChatMessage[];
  readonly references?: readonly string[];
  /** Samples that are not independent share one; the id where absent. */
  readonly cluster?: string;
  readonly tags?: readonly string[];
  /** Whatever else the dataset's scorers need: keywords, expected length, the counterpart of a swap. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A score; null with the reason why there is none; or with what a judging model was asked and said. */
export type Score =
  | number
  | { readonly value: number | null; readonly reason: string; readonly judge?: never }
  | { readonly value: number; readonly judge: readonly JudgeExchange[]; readonly reason?: never };

export interface ScorerInput {
  readonly sample: Sample;
  readonly output: string;
  readonly result: GenerateResult;
}

/** Scores one answer: score name to value. Pure. */
export type Scorer = (
  input: ScorerInput,
) => Readonly<Record<string, Score>> | Promise<Readonly<Record<string, Score>>>;

/** When a task is worth its cost: at every commit, each day or week, for a new model, before a deployment, before a
 *  release. */
export const frequencies = ['commit', 'daily', 'weekly', 'model', 'deploy', 'release'] as const;
export type Frequency = (typeof frequencies)[number];

/** What one sample costs at most. */
export interface TaskCost {
  /** Times the model is asked. */
  readonly calls: number;
  /** Tokens it generates in all. */
  readonly outputTokens: number;
}

/** A gate that a task brings along, on a metric of its own by its short name; one of gates.yaml on the same metric
 *  and of the same rule stands in its place. */
export type TaskGate = {
  readonly metric: string;
  /** Share of undefined scores above which it could not be evaluated; default: the gates file's. */
  readonly maxUndefinedShare?: number;
} & (
  | (({ readonly atLeast: number } | { readonly atMost: number } | { readonly always: true }) & {
      /** Undefined scores are none of the model's doing: they are left out, and do not count as the worst answers. */
      readonly undefinedScores?: 'leaveOut';
    })
  | { readonly notWorseThan: 'baseline'; readonly margin: number }
);

export interface Dataset {
  readonly name: string;
  /** `sha256:<hex>` of its file. */
  readonly digest: string;
  readonly samples: readonly Sample[];
  /** Absolute path of the user's file that they were read from; absent for a bundled set. */
  readonly path?: string;
}

/** What a task may do with the model under test. */
export interface TaskModel {
  generate(request: ModelInput & SamplingParameters): Promise<GenerateResult>;
  logLikelihood(request: ModelInput & { readonly completion: string }): Promise<LogLikelihoodResult>;
  /** Base URL of the server the model is served by: API tasks speak HTTP themselves. */
  readonly url: string;
  /** `http://host:port/v1#name`. */
  readonly reference: string;
  /** The process on this machine that serves it; null for an endpoint elsewhere. */
  readonly processId: number | null;
}

export interface TaskOutput {
  readonly output: string;
  readonly scores: Readonly<Record<string, Score>>;
  readonly usage: GenerateResult['usage'] | null;
  readonly timing: GenerateResult['timing'] | null;
  /** What the server calls the request. */
  readonly requestId?: string;
}

interface TaskBase {
  /** quality, performance, api, e2e, or one of the author's own. */
  readonly suite: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly when: readonly Frequency[];
  /** Loads the samples; `folder` holds datasets in place of the bundled ones. */
  readonly dataset: (folder?: string) => Promise<Dataset>;
  readonly metrics: readonly MetricSpec[];
  /** It speaks to routes that only our server has; a foreign endpoint is not asked. */
  readonly needsOwnServer?: true;
  /** A model known to have fewer parameters cannot do it and is not asked, unless the task is asked for by name. */
  readonly leastParameters?: number;
  /** It asks for the likelihood of given text, which not every model tells. */
  readonly needsLogLikelihood?: true;
  /** What it measures changes with the moment: model and baseline are asked sample by sample, in turns. */
  readonly alternates?: true;
  /** Samples in flight at once; absent: the run's concurrency. Performance tasks say 1. */
  readonly concurrency?: number;
  /** A kept answer would not do: it measures time, or that asking again gives the same. */
  readonly uncached?: true;
  /** Of one sample; absent: one call, and as many tokens as the sampling allows. */
  readonly cost?: TaskCost;
  readonly gates?: readonly TaskGate[];
}

/** Either the plain form (generate, then score) or `run`, which does the whole of one sample itself. */
export type Task = TaskBase &
  (
    | { readonly sampling: SamplingParameters; readonly scorers: readonly Scorer[]; readonly run?: never }
    | {
        readonly sampling?: SamplingParameters;
        readonly scorers?: never;
        readonly run: (sample: Sample, model: TaskModel, seed: number) => Promise<TaskOutput>;
      }
  );

/** samples.jsonl as plain data: one answer with its scores, and whose fault an error is. */
import type { Digest } from './digest.ts';

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

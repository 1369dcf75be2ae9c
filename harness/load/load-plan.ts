/** What a load test is asked to do, and the bounds within which it does it. */
import type { ModelInput } from '../../engine/index.ts';
import type { ArrivalPattern } from './arrivals.ts';
import type { LoadTarget } from './exchange.ts';
import type { Objective } from './objective.ts';
import type { TraceEntry } from './trace.ts';

export type Traffic =
  | { readonly kind: 'closed'; readonly users: number }
  | { readonly kind: 'open'; readonly pattern: ArrivalPattern; readonly ratePerS: number }
  | { readonly kind: 'trace'; readonly entries: readonly TraceEntry[] };

export interface LoadPlan {
  readonly target: LoadTarget;
  readonly traffic: Traffic;
  /** Until the rate, or the number of users, is reached. */
  readonly rampMs: number;
  /** No request is due after this; those in flight then are waited for. */
  readonly durationMs: number;
  readonly mostRequests: number;
  /** Requests before the first that counts. */
  readonly warmup: number;
  readonly repeats: number;
  /** Open connections at most; in an open loop further requests wait, and the wait counts. */
  readonly connections: number;
  readonly prompts: readonly ModelInput[] | { readonly words: number };
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly objective: Objective | null;
  /** Share of requests that has to meet the objective. */
  readonly attainment: number;
  /** Null: no sweep. Otherwise the highest rate tried. */
  readonly sweepTo: number | null;
}

/** Nobody means more than this by accident or by one generator; a test of a real service needs no more either. */
export const loadBounds = {
  users: 1_000,
  ratePerS: 5_000,
  requests: 100_000,
  durationMs: 3_600_000,
  repeats: 100,
  connections: 4_096,
  warmup: 10_000,
  promptWords: 100_000,
  maxTokens: 1_000_000,
  timeoutMs: 600_000,
} as const;

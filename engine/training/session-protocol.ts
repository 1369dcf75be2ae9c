/** What the training worker is told and what it answers. */
import type { StepScalars } from './adamw.ts';
import type { BatchData } from './batch.ts';
import type { BatchShape } from './decoder-loss.ts';
import type { LossGraph, TrainingGraph } from './training-graph.ts';

/** Parameters and moments by name. */
export type TrainingState = Map<string, Float32Array>;

export interface SessionInit {
  readonly training: TrainingGraph;
  readonly evaluation: LossGraph;
  readonly shape: BatchShape;
  readonly state: TrainingState;
  readonly threads: number;
}

export interface StepResult {
  readonly loss: number;
  readonly gradNorm: number;
}

/** Requests by kind: what is sent, what comes back. */
export interface SessionCalls {
  step: { request: { batch: BatchData; scalars: StepScalars }; reply: StepResult };
  evaluate: { request: { batch: BatchData }; reply: number };
  /** Names of the state asked for. */
  readState: { request: readonly string[]; reply: TrainingState };
}

export type SessionRequest = {
  [Kind in keyof SessionCalls]: { id: number; kind: Kind; content: SessionCalls[Kind]['request'] };
}[keyof SessionCalls];

export type SessionReply = { id: number } & ({ result: unknown } | { error: Error });

/** What the training worker is told and what it answers. */
import type { StepScalars } from './adamw.ts';
import type { Device } from '../device/devices.ts';
import type { BatchData } from './batch.ts';
import type { GraphPart, StepGraphs } from './training-graph.ts';

/** Parameters and moments by name. */
export type TrainingState = Map<string, Float32Array>;

export interface SessionInit {
  readonly step: StepGraphs;
  readonly evaluation: GraphPart;
  /** What is missing begins at 0. */
  readonly state: TrainingState;
  readonly threads: number;
  /** Default the processor. */
  readonly device?: Device;
}

export interface StepRequest {
  /** Their gradients are added up. */
  readonly batches: readonly BatchData[];
  readonly scalars: StepScalars;
  /** Of dropout. */
  readonly seed: number;
}

export interface StepResult {
  /** Sum over the batches, whose weights sum to 1. */
  readonly loss: number;
  readonly gradNorm: number;
}

export interface Evaluation {
  readonly loss: number;
  /** Log-probabilities, of the chosen sequences first; null where there are no pairs. */
  readonly sequences: Float32Array | null;
}

/** Requests by kind: what is sent, what comes back. */
export interface SessionCalls {
  step: { request: StepRequest; reply: StepResult };
  evaluate: { request: { batch: BatchData }; reply: Evaluation };
  /** Names of the state asked for. */
  readState: { request: readonly string[]; reply: TrainingState };
}

export type SessionRequest = {
  [Kind in keyof SessionCalls]: { id: number; kind: Kind; content: SessionCalls[Kind]['request'] };
}[keyof SessionCalls];

export type SessionReply = { id: number } & ({ result: unknown } | { error: Error });

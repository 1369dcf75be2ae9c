/** What the page of a training run is made of. Plain data. */

/** One line of a training log. */
export interface TrainingPoint {
  /** Optimiser steps taken. */
  readonly step: number;
  readonly loss?: number;
  readonly evalLoss?: number;
  readonly learningRate?: number;
  readonly gradNorm?: number;
  readonly tokensPerSecond?: number;
}

export interface TrainingReportData {
  /** Folder of the run. */
  readonly name: string;
  readonly points: readonly TrainingPoint[];
}

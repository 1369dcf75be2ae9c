/** What the page of a training run is made of. Plain data. */

/** One line of a training log. Null: it was reckoned, and no finite number came out. */
export interface TrainingPoint {
  /** Optimiser steps taken. */
  readonly step: number;
  readonly loss?: number | null;
  readonly evalLoss?: number | null;
  readonly learningRate?: number | null;
  readonly gradNorm?: number | null;
  readonly tokensPerSecond?: number | null;
}

export interface TrainingReportData {
  /** Folder of the run. */
  readonly name: string;
  readonly points: readonly TrainingPoint[];
}

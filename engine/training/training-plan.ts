/** What a training run will do: its batch shape, the rows of every step, how many steps there are. A function of the
 *  examples and the configuration alone; knows nothing of weights. */
import type { TrainingConfig } from '../config/config-types.ts';
import { createBatch, positionsOf, type Batch, type EncodedExample } from './batch.ts';
import { digestOfExamples, type DataOrder } from './checkpoints.ts';
import type { BatchShape } from './decoder-loss.ts';
import { packRows, stepsOf } from './packing.ts';

/** A row no longer than the data can fill: padding costs as much as text. Never shorter than an example. */
function rowLength(
  sizes: readonly number[],
  validation: readonly EncodedExample[],
  rows: number,
  maxLength: number,
): number {
  const longest = validation.reduce((max, example) => Math.max(max, positionsOf(example)), 0);
  const sum = sizes.reduce((total, size) => total + size, 0);
  const needed = sizes.reduce((max, size) => Math.max(max, size), Math.max(longest, Math.ceil(sum / rows)));
  return Math.min(maxLength, Math.ceil(needed / 8) * 8);
}

export class TrainingPlan {
  readonly shape: BatchShape;
  readonly order: DataOrder;
  readonly totalSteps: number;
  readonly #examples: readonly EncodedExample[];
  readonly #sizes: readonly number[];

  /** @param validation examples that are evaluated in rows of the same length */
  constructor(
    examples: readonly EncodedExample[],
    validation: readonly EncodedExample[],
    config: TrainingConfig,
    maxLength: number,
  ) {
    const rows = config.per_device_train_batch_size;
    this.#examples = examples;
    this.#sizes = examples.map(positionsOf);
    this.shape = { rows, length: rowLength(this.#sizes, validation, rows, maxLength) };
    this.order = {
      seed: config.seed,
      ...this.shape,
      promptLossWeight: config.prompt_loss_weight,
      examples: digestOfExamples(examples),
    };
    this.totalSteps = config.max_steps > 0 ? config.max_steps : this.#stepsOfEpochs(config.num_train_epochs);
  }

  /** Example indices by row, by step. */
  stepsOfEpoch(epoch: number): number[][][] {
    return stepsOf(packRows(this.#sizes, this.shape.length, this.order.seed, epoch), this.shape.rows);
  }

  batch(rows: readonly number[][]): Batch {
    return createBatch(
      rows.map((row) => row.map((index) => this.#examples[index]!)),
      this.shape,
    );
  }

  #stepsOfEpochs(epochs: number): number {
    let steps = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      steps += this.stepsOfEpoch(epoch).length * Math.min(1, epochs - epoch);
    }
    return Math.max(1, Math.ceil(steps));
  }
}

/** Batches that hold every example once, in an order that does not matter. */
export function* evaluationBatches(examples: readonly EncodedExample[], shape: BatchShape): Generator<Batch> {
  const rows = packRows(examples.map(positionsOf), shape.length, 0, 0);
  for (const step of stepsOf(rows, shape.rows)) {
    yield createBatch(
      step.map((row) => row.map((index) => examples[index]!)),
      shape,
    );
  }
}

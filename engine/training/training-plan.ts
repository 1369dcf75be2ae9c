/** What a training run will do: its batch shape, the rows of every step, how many steps there are. A function of the
 *  examples and the configuration alone; knows nothing of weights. */
import type { DataConfig, TrainingConfig } from '../config/config-types.ts';
import type { Batch } from './batch.ts';
import type { DataOrder } from './checkpoints.ts';
import type { BatchShape } from './decoder-loss.ts';
import { exampleOrder, packRows, stepsOf } from './packing.ts';
import type { Rows, TrainingExamples } from './training-examples.ts';

/** A row no longer than the data can fill: padding costs as much as text. Never shorter than an example. */
function rowLength(
  { sizes, packs }: TrainingExamples,
  validation: TrainingExamples | null,
  rows: number,
  maxLength: number,
): number {
  const longest = [...sizes, ...(validation?.sizes ?? [])].reduce((max, size) => Math.max(max, size), 0);
  const sum = sizes.reduce((total, size) => total + size, 0);
  const needed = packs ? Math.max(longest, Math.ceil(sum / rows)) : longest;
  return Math.min(maxLength, Math.ceil(needed / 8) * 8);
}

function rowsOf(
  { sizes, packs }: TrainingExamples,
  length: number,
  seed: number | null,
  epoch: number,
): Rows {
  return packs
    ? packRows(sizes, length, seed, epoch)
    : exampleOrder(sizes.length, seed, epoch).map((index) => [index]);
}

export class TrainingPlan {
  readonly shape: BatchShape;
  readonly order: DataOrder;
  readonly totalSteps: number;
  readonly #examples: TrainingExamples;
  readonly #config: TrainingConfig;

  /** @param validation examples that are evaluated in rows of the same length */
  constructor(
    examples: TrainingExamples,
    validation: TrainingExamples | null,
    config: TrainingConfig,
    data: Pick<DataConfig, 'max_length' | 'shuffle'>,
  ) {
    const rows = config.per_device_train_batch_size;
    const length = rowLength(examples, validation, rows, data.max_length);
    this.#examples = examples;
    this.#config = config;
    this.shape = { rows: rows * examples.rowsEach, length };
    this.order = {
      seed: data.shuffle ? config.seed : null,
      ...this.shape,
      accumulation: config.gradient_accumulation_steps,
      packing: examples.packs,
      promptLossWeight: config.prompt_loss_weight,
      examples: examples.digest,
      evaluatedPairs: examples.objective.kind === 'preference' ? (validation?.digest ?? null) : null,
    };
    this.totalSteps = config.max_steps > 0 ? config.max_steps : this.#stepsOfEpochs(config.num_train_epochs);
  }

  /** Example indices by row, by batch, by step. */
  stepsOfEpoch(epoch: number): Rows[][] {
    const { per_device_train_batch_size: rows, gradient_accumulation_steps: parts } = this.#config;
    return stepsOf(rowsOf(this.#examples, this.shape.length, this.order.seed, epoch), rows * parts).map(
      (step) => stepsOf(step, rows),
    );
  }

  /** The batches of one step. */
  batches(parts: readonly Rows[]): Batch[] {
    return this.#examples.batches(parts, this.shape);
  }

  #stepsOfEpochs(epochs: number): number {
    let steps = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      steps += this.stepsOfEpoch(epoch).length * Math.min(1, epochs - epoch);
    }
    return Math.max(1, Math.ceil(steps));
  }
}

/** Batches that hold every example once, with the examples' indices. */
export function* evaluationBatches(
  examples: TrainingExamples,
  shape: BatchShape,
): Generator<{ readonly batch: Batch; readonly indices: readonly number[] }> {
  for (const rows of stepsOf(rowsOf(examples, shape.length, 0, 0), shape.rows / examples.rowsEach)) {
    const [batch] = examples.batches([rows], shape);
    yield { batch: batch!, indices: rows.flat() };
  }
}

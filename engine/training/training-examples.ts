/** The examples of a run as its plan sees them: how long each is, and how batches are made of them. */
import { createHash } from 'node:crypto';
import {
  createBatch,
  createPreferenceBatch,
  positionsOf,
  weightOf,
  type Batch,
  type EncodedExample,
  type EncodedPair,
} from './batch.ts';
import type { BatchShape } from './decoder-loss.ts';
import type { Objective } from './objective.ts';

/** Indices of examples, by row. */
export type Rows = readonly (readonly number[])[];

export interface TrainingExamples {
  readonly objective: Objective;
  /** Positions that each takes in a row. */
  readonly sizes: readonly number[];
  /** SHA-256 of all tokens and weights. */
  readonly digest: string;
  /** Rows of the graph that a row of examples takes. */
  readonly rowsEach: 1 | 2;
  /** Whether examples may share a row. */
  readonly packs: boolean;
  /** The batches of one step, whose weights sum to 1 over all of them. */
  batches(parts: readonly Rows[], shape: BatchShape): Batch[];
}

function digestOf(examples: readonly EncodedExample[]): string {
  const hash = createHash('sha256');
  for (const { tokens, weights } of examples) {
    hash.update(Int32Array.from([tokens.length, ...tokens])).update(Float64Array.from(weights));
  }
  return `sha256:${hash.digest('hex')}`;
}

export class LikelihoodExamples implements TrainingExamples {
  readonly objective = { kind: 'likelihood' } as const;
  readonly rowsEach = 1;
  readonly sizes: readonly number[];
  readonly digest: string;
  readonly packs: boolean;
  readonly #examples: readonly EncodedExample[];

  constructor(examples: readonly EncodedExample[], packs: boolean) {
    this.#examples = examples;
    this.packs = packs;
    this.sizes = examples.map(positionsOf);
    this.digest = digestOf(examples);
  }

  batches(parts: readonly Rows[], shape: BatchShape): Batch[] {
    const laid = parts.map((rows) => rows.map((row) => row.map((index) => this.#examples[index]!)));
    const total = weightOf(laid.flat());
    return laid.map((rows) => createBatch(rows, shape, total));
  }
}

export interface PreferenceOptions {
  readonly beta: number;
  readonly labelSmoothing: number;
  /** Whether log-probabilities are divided by the number of targets. */
  readonly lengthNormalised: boolean;
}

export class PreferenceExamples implements TrainingExamples {
  readonly objective: Objective;
  readonly rowsEach = 2;
  readonly packs = false;
  readonly sizes: readonly number[];
  readonly digest: string;
  /** Log-probabilities under the reference model, of the chosen sequence and of the rejected one, by example. */
  readonly reference: Float32Array; // (examples, 2)
  readonly #pairs: readonly EncodedPair[];
  readonly #lengthNormalised: boolean;

  constructor(pairs: readonly EncodedPair[], options: PreferenceOptions) {
    const { beta, labelSmoothing, lengthNormalised } = options;
    this.#pairs = pairs;
    this.#lengthNormalised = lengthNormalised;
    this.objective = { kind: 'preference', beta, labelSmoothing };
    this.sizes = pairs.map(({ chosen, rejected }) => Math.max(positionsOf(chosen), positionsOf(rejected)));
    this.digest = digestOf(pairs.flatMap(({ chosen, rejected }) => [chosen, rejected]));
    this.reference = new Float32Array(2 * pairs.length);
  }

  batches(parts: readonly Rows[], shape: BatchShape): Batch[] {
    return parts.map((rows) => {
      const pairs = rows.flat().map((index) => ({
        pair: this.#pairs[index]!,
        reference: { chosen: this.reference[2 * index]!, rejected: this.reference[2 * index + 1]! },
      }));
      // The mean of the batches' means, as in TRL: the pairs of a smaller last batch weigh more.
      return createPreferenceBatch(pairs, shape, parts.length, this.#lengthNormalised);
    });
  }
}

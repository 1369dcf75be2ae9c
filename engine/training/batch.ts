/** Batches as typed arrays, ready to be fed to the training graph. */
import type { BatchShape } from './decoder-loss.ts';

/** A document to learn from: its tokens, and the weight of each of them as a target. */
export interface EncodedExample {
  /** Where it comes from, for messages about it. */
  readonly id: string;
  readonly tokens: readonly number[];
  /** One a token; the first is never a target. */
  readonly weights: readonly number[];
}

/** Two answers to a prompt, the better one first. */
export interface EncodedPair {
  readonly id: string;
  readonly chosen: EncodedExample;
  readonly rejected: EncodedExample;
}

interface TokenData {
  readonly tokens: BigInt64Array; // (rows · length)
  readonly documents: BigInt64Array; // (rows · length)
  readonly positions: BigInt64Array; // (rows · length)
  readonly targets: BigInt64Array; // (rows · length)
}

export interface LikelihoodData extends TokenData {
  readonly weights: Float32Array; // (rows · length)
}

export interface PreferenceData extends TokenData {
  /** Share of each target in the log-probability of a sequence: 1, or 1 / length; the chosen sequences first. */
  readonly sequences: Float32Array; // (2 · pairs, rows · length)
  /** Log-probabilities under the reference model. */
  readonly reference: Float32Array; // (2 · pairs)
  readonly pairWeights: Float32Array; // (pairs)
}

export type BatchData = LikelihoodData | PreferenceData;

export interface Batch<Data extends BatchData = BatchData> {
  readonly data: Data;
  /** Tokens that were read, padding left out. */
  readonly tokenCount: number;
  /** Sum of the weights before they were divided. */
  readonly weight: number;
  readonly ids: readonly string[];
}

/** Positions an example takes in a row: the last token is a target only. */
export function positionsOf(example: EncodedExample): number {
  return example.tokens.length - 1;
}

/** Lays rows of examples out. Missing rows and the rest of a row are padding: documents of their own. */
function layOut(rows: readonly (readonly EncodedExample[])[], shape: BatchShape) {
  const size = shape.rows * shape.length;
  const data = {
    tokens: new BigInt64Array(size),
    documents: new BigInt64Array(size).fill(-1n),
    positions: new BigInt64Array(size),
    targets: new BigInt64Array(size),
  };
  /** Of each target, 0 in the padding. */
  const weights = new Float64Array(size);
  let tokenCount = 0;
  rows.forEach((examples, row) => {
    let at = row * shape.length;
    examples.forEach(({ tokens, weights: own }, document) => {
      for (let i = 0; i + 1 < tokens.length; i++, at++) {
        data.tokens[at] = BigInt(tokens[i]!);
        data.documents[at] = BigInt(document);
        data.positions[at] = BigInt(i);
        data.targets[at] = BigInt(tokens[i + 1]!);
        weights[at] = own[i + 1]!;
      }
      tokenCount += tokens.length - 1;
    });
  });
  return { data, weights, tokenCount };
}

/** Sum of the weights of all targets. */
export function weightOf(rows: readonly (readonly EncodedExample[])[]): number {
  return rows.flat().reduce((sum, { weights }) => weights.slice(1).reduce((a, b) => a + b, sum), 0);
}

/** @param total what weights are divided by: the sum over all batches of a step */
export function createBatch(
  rows: readonly (readonly EncodedExample[])[],
  shape: BatchShape,
  total = weightOf(rows),
): Batch<LikelihoodData> {
  const { data, weights, tokenCount } = layOut(rows, shape);
  return {
    data: { ...data, weights: Float32Array.from(weights, (weight) => (total > 0 ? weight / total : 0)) },
    tokenCount,
    weight: weightOf(rows),
    ids: rows.flat().map((example) => example.id),
  };
}

/** A pair and the log-probabilities of its sequences under the reference model. */
export interface ReferredPair {
  readonly pair: EncodedPair;
  readonly reference: { readonly chosen: number; readonly rejected: number };
}

/** Each sequence has a row to itself, the chosen ones first.
 *  @param parts batches of the step, of which this is one
 *  @param normalised whether log-probabilities are means over a sequence's targets instead of sums */
export function createPreferenceBatch(
  pairs: readonly ReferredPair[],
  shape: BatchShape,
  parts: number,
  normalised: boolean,
): Batch<PreferenceData> {
  const most = shape.rows / 2;
  const rows: EncodedExample[][] = Array.from({ length: shape.rows }, () => []);
  const reference = new Float32Array(shape.rows);
  pairs.forEach(({ pair, reference: known }, index) => {
    rows[index] = [pair.chosen];
    rows[most + index] = [pair.rejected];
    reference[index] = known.chosen;
    reference[most + index] = known.rejected;
  });
  const { data, weights, tokenCount } = layOut(rows, shape);
  const sequences = new Float32Array(shape.rows * weights.length);
  for (let row = 0; row < shape.rows; row++) {
    const own = weights.subarray(row * shape.length, (row + 1) * shape.length);
    const divisor = normalised
      ? Math.max(
          1,
          own.reduce((a, b) => a + b, 0),
        )
      : 1;
    sequences.set(
      Float32Array.from(own, (weight) => weight / divisor),
      row * weights.length + row * shape.length,
    );
  }
  const pairWeights = new Float32Array(most).fill(1 / (parts * pairs.length), 0, pairs.length);
  return {
    data: { ...data, sequences, reference, pairWeights },
    tokenCount,
    weight: pairs.length,
    ids: pairs.map(({ pair }) => pair.id),
  };
}

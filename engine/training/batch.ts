/** One batch as typed arrays, ready to be fed to the training graph. */
import type { BatchShape } from './decoder-loss.ts';

/** A document to learn from: its tokens, and the weight of each of them as a target. */
export interface EncodedExample {
  /** Where it comes from, for messages about it. */
  readonly id: string;
  readonly tokens: readonly number[];
  /** One a token; the first is never a target. */
  readonly weights: readonly number[];
}

export interface BatchData {
  readonly tokens: BigInt64Array; // (rows · length)
  readonly documents: BigInt64Array; // (rows · length)
  readonly positions: BigInt64Array; // (rows · length)
  readonly targets: BigInt64Array; // (rows · length)
  readonly weights: Float32Array; // (rows · length), sum 1
}

export interface Batch {
  readonly data: BatchData;
  /** Tokens that were read, padding left out. */
  readonly tokenCount: number;
  /** Sum of the weights before they were divided by it. */
  readonly weight: number;
  readonly ids: readonly string[];
}

/** Positions an example takes in a row: the last token is a target only. */
export function positionsOf(example: EncodedExample): number {
  return example.tokens.length - 1;
}

/** Lays rows of examples out. Missing rows and the rest of a row are padding: documents of their own, of weight 0. */
export function createBatch(rows: readonly (readonly EncodedExample[])[], shape: BatchShape): Batch {
  const size = shape.rows * shape.length;
  const data: BatchData = {
    tokens: new BigInt64Array(size),
    documents: new BigInt64Array(size).fill(-1n),
    positions: new BigInt64Array(size),
    targets: new BigInt64Array(size),
    weights: new Float32Array(size),
  };
  let weight = 0;
  let tokenCount = 0;
  rows.forEach((examples, row) => {
    let at = row * shape.length;
    examples.forEach(({ tokens, weights }, document) => {
      for (let i = 0; i + 1 < tokens.length; i++, at++) {
        data.tokens[at] = BigInt(tokens[i]!);
        data.documents[at] = BigInt(document);
        data.positions[at] = BigInt(i);
        data.targets[at] = BigInt(tokens[i + 1]!);
        data.weights[at] = weights[i + 1]!;
        weight += weights[i + 1]!;
      }
      tokenCount += tokens.length - 1;
    });
  });
  if (weight > 0) for (let i = 0; i < size; i++) data.weights[i]! /= weight;
  return { data, tokenCount, weight, ids: rows.flat().map((example) => example.id) };
}

/** Memory that a run will need, foretold from sizes before the first step. */
import { freemem } from 'node:os';
import { elementCount } from '../tensor/dtype.ts';
import type { StepGraphs } from './training-graph.ts';
import { countParameters, trainedParameters, type TrainedModel } from './trained-model.ts';

export interface MemoryForecast {
  readonly neededBytes: number;
  /** What the operating system can give; a container's limit is counted where it tells. */
  readonly freeBytes: number;
}

/** Node, ONNX Runtime, their code and what they keep for later: what a run of a model of no size takes. */
const BASE_BYTES = 300e6;

/** Weights, moments and sums of gradients; then the larger of a step's intermediate
 *  results and of the copies that a checkpoint is written from. */
export function forecastMemory(model: TrainedModel, { pass, update }: StepGraphs): MemoryForecast {
  const state = new Map([...pass.state, ...(update?.state ?? [])].map(({ name, shape }) => [name, shape]));
  const floats = (shapes: Iterable<readonly number[]>) =>
    [...shapes].reduce((sum, shape) => sum + elementCount(shape), 0);
  const inUse = floats(state.values());
  const copies = 3 * countParameters(trainedParameters(model));
  const step = Math.max(pass.peakBytes, update?.peakBytes ?? 0);
  return {
    neededBytes: BASE_BYTES + 4 * inUse + Math.max(step, 4 * copies),
    freeBytes: freeBytes(),
  };
}

function freeBytes(): number {
  const limit = process.constrainedMemory();
  const ownLimit = limit > 0 ? limit - process.memoryUsage().rss : Infinity;
  return Math.min(freemem(), ownLimit);
}

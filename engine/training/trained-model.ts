/** What of a model is trained, what stays as it is, and how the result is written: all weights as a Hugging Face
 *  folder, or an adapter as PEFT's. */
import { join } from 'node:path';
import { openSafetensors } from '../checkpoint/safetensors.ts';
import { mergedWeight, type LoraPairs } from '../nn/lora.ts';
import { parametersOf, type ParameterSpec } from '../nn/decoder-parameters.ts';
import { writeHuggingFace, writeTokenizer, type ModelContent } from '../checkpoint/write-huggingface.ts';
import { writeLoraAdapter } from '../checkpoint/write-lora-adapter.ts';
import type { StoredDtype } from '../checkpoint/write-safetensors.ts';
import { EngineError } from '../errors.ts';
import { elementCount } from '../tensor/dtype.ts';
import { adapterParameters, initialAdapter, type LowRank } from './low-rank.ts';
import type { TrainingState } from './session-protocol.ts';

export interface TrainedModel {
  readonly content: ModelContent;
  /** null: all weights are trained. */
  readonly adapter: {
    readonly lowRank: LowRank;
    /** Name or path of the model that is adapted. */
    readonly base: string;
    /** An adapter to go on from. */
    readonly earlier: LoraPairs | null;
    /** Whether the result is the model with the adapter in its weights. */
    readonly merge: boolean;
  } | null;
}

export function trainedParameters({ content, adapter }: TrainedModel): ParameterSpec[] {
  return adapter ? adapterParameters(adapter.lowRank) : parametersOf(content.spec);
}

export function countParameters(parameters: readonly ParameterSpec[]): number {
  return parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/** Values to begin with, of the weights that are trained and of those that are not. They are the model's own arrays,
 *  not copies, and move to the worker: the state there is from now on the only place that has them. */
export function initialState({ content, adapter }: TrainedModel, seed: number): TrainingState {
  return new Map([
    ...content.weights,
    ...(adapter ? initialAdapter(adapter.lowRank, seed, adapter.earlier) : []),
  ]);
}

/** Names of the state that a result is written from: what was trained, and what it is merged into. */
export function resultStateNames(model: TrainedModel): string[] {
  const base = model.adapter?.merge ? parametersOf(model.content.spec) : [];
  return [...base, ...trainedParameters(model)].map(({ name }) => name);
}

const weightsFile = ({ adapter }: TrainedModel) =>
  adapter ? 'adapter_model.safetensors' : 'model.safetensors';

/** The trained weights of a checkpoint.
 *  @throws EngineError E_CHECKPOINT_INVALID when it is of another model or adapter */
export async function readTrained(folder: string, model: TrainedModel): Promise<TrainingState> {
  const stored = await openSafetensors([join(folder, weightsFile(model))]);
  try {
    const weights: TrainingState = new Map();
    for (const { name, shape } of trainedParameters(model)) {
      if (stored.shapes.get(name)?.join() !== shape.join()) {
        throw new EngineError(
          'E_CHECKPOINT_INVALID',
          `${folder}: ${name} is (${stored.shapes.get(name)?.join(', ') ?? 'missing'}), expected (${shape.join(', ')})`,
          { remedy: 'Resume with the configuration of the interrupted run.' },
        );
      }
      weights.set(name, await stored.read(name));
    }
    return weights;
  } finally {
    await stored.close();
  }
}

/** Writes what a checkpoint holds of the model: all weights, or the adapter alone. */
export async function writeTrained(folder: string, model: TrainedModel, weights: TrainingState) {
  const { content, adapter } = model;
  if (!adapter) return writeHuggingFace(folder, { ...content, weights });
  const { lowRank, base } = adapter;
  const tensors = trainedParameters(model).map(
    ({ name, shape }) => [name, { shape, data: weights.get(name)! }] as const,
  );
  await writeTokenizer(folder, content);
  return writeLoraAdapter(folder, {
    base,
    rank: lowRank.rank,
    alpha: lowRank.alpha,
    dropout: lowRank.dropout,
    targetModules: lowRank.targetModules,
    transposed: lowRank.layers.every(({ linear }) => linear.transposed),
    weights: new Map(tensors),
  });
}

/** Writes the result of a run: a model, or an adapter unless it is to be merged.
 *  @param weights of `resultStateNames` */
export async function writeResult(
  folder: string,
  model: TrainedModel,
  weights: TrainingState,
  dtype: StoredDtype,
): Promise<void> {
  const { content, adapter } = model;
  if (!adapter) return writeHuggingFace(folder, { ...content, weights }, dtype);
  if (!adapter.merge) return writeTrained(folder, model, weights);
  const merged = new Map(weights);
  const { rank, alpha, layers } = adapter.lowRank;
  for (const { linear, a, b } of layers) {
    const pair = { rank, a: weights.get(a.name)!, b: weights.get(b.name)!.map((x) => (x * alpha) / rank) };
    merged.set(linear.weight, mergedWeight(merged.get(linear.weight)!, linear, pair));
  }
  return writeHuggingFace(folder, { ...content, weights: merged }, dtype);
}

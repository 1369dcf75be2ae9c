/** The two graphs of a training run: one step (forward, backward, update) and the loss alone, for evaluation.
 *  Plain data out, so that they can be sent to the worker that runs them. */
import type { FloatType } from '../autodiff/operators.ts';
import { Tape } from '../autodiff/tape.ts';
import { parametersOf } from '../nn/decoder-parameters.ts';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import { OnnxGraph } from '../onnx/graph.ts';
import { adamWUpdates, type AdamWOptions } from './adamw.ts';
import { batchInputs, decoderLoss, type BatchShape } from './decoder-loss.ts';

/** A graph's bytes and the names of its outputs. */
export interface TrainingGraph {
  readonly bytes: Uint8Array;
  readonly loss: string;
  readonly gradNorm: string;
  /** Output that replaces each piece of state (parameters and moments), with its shape. */
  readonly updates: readonly {
    readonly state: string;
    readonly output: string;
    readonly shape: readonly number[];
  }[];
}

export interface LossGraph {
  readonly bytes: Uint8Array;
  readonly loss: string;
  readonly parameters: readonly string[];
}

function traceLoss(spec: DecoderSpec, shape: BatchShape, dtype: FloatType) {
  const tape = new Tape(new OnnxGraph(), dtype);
  const parameters = parametersOf(spec).map((parameter) => tape.parameter(parameter.name, parameter.shape));
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const loss = decoderLoss(tape, spec, byName, batchInputs(tape, shape));
  return { tape, parameters, loss };
}

export function trainingGraph(
  spec: DecoderSpec,
  shape: BatchShape,
  options: Pick<AdamWOptions, 'beta1' | 'beta2' | 'maxGradNorm'>,
): TrainingGraph {
  const { tape, parameters, loss } = traceLoss(spec, shape, 'float32');
  const gradients = tape.gradients(loss, parameters);
  const { gradNorm, updates } = adamWUpdates(tape.o, parameters, gradients, options);
  const { graph } = tape.o;
  for (const value of [loss, gradNorm, ...updates.map((update) => update.value)]) graph.output(value);
  return {
    bytes: graph.encode(),
    loss: loss.name,
    gradNorm: gradNorm.name,
    updates: updates.map(({ state, value }) => ({ state, output: value.name, shape: value.shape })),
  };
}

export function lossGraph(spec: DecoderSpec, shape: BatchShape): LossGraph {
  const { tape, parameters, loss } = traceLoss(spec, shape, 'float32');
  tape.o.graph.output(loss);
  return { bytes: tape.o.graph.encode(), loss: loss.name, parameters: parameters.map(({ name }) => name) };
}

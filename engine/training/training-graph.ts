/** The graphs of a training run: forward and backward pass, update, and the loss alone for evaluation.
 *  Plain data out, so that they can be sent to the worker that runs them. */
import type { FloatType, Tensor } from '../autodiff/operators.ts';
import { Tape } from '../autodiff/tape.ts';
import { parametersOf } from '../nn/decoder-parameters.ts';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import { OnnxGraph } from '../onnx/graph.ts';
import { peakBytes } from '../onnx/peak-memory.ts';
import type { DType } from '../tensor/dtype.ts';
import { adamWUpdates, scalarNames, type AdamWOptions } from './adamw.ts';
import { decoderLogProbabilities, tokenInputs, type BatchShape } from './decoder-loss.ts';
import { adapterParameters, adaptationBy, type LowRank } from './low-rank.ts';
import { lossOf, type Objective } from './objective.ts';

/** A tensor of the state: a parameter, a moment, a sum of gradients. */
interface StateTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A graph's bytes, what it is fed with and what it gives, by name. */
export interface GraphPart {
  readonly bytes: Uint8Array;
  readonly state: readonly StateTensor[];
  /** Output that replaces each piece of state. */
  readonly updates: readonly { readonly state: string; readonly output: string }[];
  readonly batch: readonly {
    readonly name: string;
    readonly dtype: DType;
    readonly shape: readonly number[];
  }[];
  /** Dropout's, true where an element is kept. */
  readonly masks: readonly StateTensor[];
  readonly scalars: readonly string[];
  readonly results: Readonly<Record<string, string>>;
  /** Of intermediate results, at the most. */
  readonly peakBytes: number;
}

/** What one step runs: a single graph, or one that adds up gradients and one that uses their sum. */
export interface StepGraphs {
  /** Gives `loss`; without `update` also `gradNorm`. */
  readonly pass: GraphPart;
  /** Gives `gradNorm`. */
  readonly update: GraphPart | null;
  /** Probability with which elements are dropped. */
  readonly dropout: number;
}

/** What is trained: the decoder, or adapters of it. */
export interface GraphSubject {
  readonly spec: DecoderSpec;
  readonly lowRank: LowRank | null;
  readonly objective: Objective;
}

const gradientName = (parameter: string) => `gradient.${parameter}`;

function trace({ spec, lowRank, objective }: GraphSubject, shape: BatchShape, isTraining: boolean) {
  const dtype: FloatType = 'float32';
  const tape = new Tape(new OnnxGraph(), dtype);
  const own = parametersOf(spec).map(({ name, shape: size }) =>
    lowRank ? tape.input(name, dtype, size) : tape.parameter(name, size),
  );
  const adapters = (lowRank ? adapterParameters(lowRank) : []).map(({ name, shape: size }) =>
    tape.parameter(name, size),
  );
  const state = [...own, ...adapters];
  const byName = new Map(state.map((value) => [value.name, value]));
  const adaptation = lowRank ? adaptationBy(tape, lowRank, byName, isTraining) : undefined;
  const tokens = tokenInputs(tape, shape);
  const logs = decoderLogProbabilities(tape, spec, byName, tokens, adaptation);
  return { tape, trained: lowRank ? adapters : own, ...lossOf(tape, objective, logs, shape) };
}

interface PartContent {
  readonly updates?: readonly { readonly state: string; readonly value: Tensor }[];
  readonly results: Readonly<Record<string, Tensor>>;
}

const batchNames: ReadonlySet<string> = new Set([
  'tokens',
  'documents',
  'positions',
  'targets',
  'weights',
  'sequences',
  'reference',
  'pairWeights',
]);

function partOf({ graph }: { readonly graph: OnnxGraph }, { updates = [], results }: PartContent): GraphPart {
  for (const value of [...Object.values(results), ...updates.map((update) => update.value)]) {
    graph.output(value);
  }
  const inputs = graph.inputs.map(({ name, dtype, shape }) => ({ name, dtype, shape: shape as number[] }));
  const isScalar = (name: string) => (scalarNames as readonly string[]).includes(name);
  return {
    bytes: graph.encode(),
    state: inputs.filter(
      ({ name, dtype }) => dtype === 'float32' && !batchNames.has(name) && !isScalar(name),
    ),
    updates: updates.map(({ state, value }) => ({ state, output: value.name })),
    batch: inputs.filter(({ name }) => batchNames.has(name)),
    masks: inputs.filter(({ dtype }) => dtype === 'bool'),
    scalars: inputs.map(({ name }) => name).filter(isScalar),
    results: Object.fromEntries(Object.entries(results).map(([key, value]) => [key, value.name])),
    peakBytes: peakBytes(graph),
  };
}

/** @param accumulates whether gradients of several batches are added up before the update */
export function stepGraphs(
  subject: GraphSubject,
  shape: BatchShape,
  options: Pick<AdamWOptions, 'beta1' | 'beta2' | 'maxGradNorm'>,
  accumulates: boolean,
): StepGraphs {
  const dropout = subject.lowRank?.dropout ?? 0;
  const { tape, trained, loss } = trace(subject, shape, true);
  const gradients = tape.gradients(loss, trained);
  if (!accumulates) {
    const { gradNorm, updates } = adamWUpdates(tape.o, trained, gradients, options);
    return { pass: partOf(tape.o, { updates, results: { loss, gradNorm } }), update: null, dropout };
  }
  const sums = trained.map(({ name, shape: size }, index) => {
    const soFar = tape.input(gradientName(name), tape.o.dtype, size);
    return { state: soFar.name, value: tape.o.add(soFar, gradients[index]!) };
  });
  return {
    pass: partOf(tape.o, { updates: sums, results: { loss } }),
    update: updateGraph(trained, options),
    dropout,
  };
}

function updateGraph(
  trained: readonly Tensor[],
  options: Pick<AdamWOptions, 'beta1' | 'beta2' | 'maxGradNorm'>,
): GraphPart {
  const tape = new Tape(new OnnxGraph(), 'float32');
  const input = (name: string, shape: readonly number[]) => tape.input(name, 'float32', shape);
  const parameters = trained.map(({ name, shape }) => input(name, shape));
  const gradients = trained.map(({ name, shape }) => input(gradientName(name), shape));
  const { gradNorm, updates } = adamWUpdates(tape.o, parameters, gradients, options);
  return partOf(tape.o, { updates, results: { gradNorm } });
}

/** Gives `loss`, and `sequences` where there are pairs. */
export function lossGraph(subject: GraphSubject, shape: BatchShape): GraphPart {
  const { tape, loss, sequences } = trace(subject, shape, false);
  return partOf(tape.o, { results: { loss, ...(sequences && { sequences }) } });
}

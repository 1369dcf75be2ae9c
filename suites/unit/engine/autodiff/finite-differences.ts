/** Gradients of a float64 graph against central differences: the definition of a derivative, not another rule. */
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensor } from '../../../../engine/autodiff/operators.ts';
import { Tape, type VjpRules } from '../../../../engine/autodiff/tape.ts';
import { OnnxGraph } from '../../../../engine/onnx/graph.ts';
import { elementCount } from '../../../../engine/tensor/dtype.ts';
import { uniform } from '../../../../engine/training/random.ts';

type Feed = Float64Array | Float32Array | BigInt64Array;

export interface Case {
  /** Values of the parameters by name, with their shapes. */
  readonly parameters: Readonly<Record<string, { shape: readonly number[]; values: readonly number[] }>>;
  /** Values of further graph inputs. */
  readonly feeds?: Readonly<Record<string, { shape: readonly number[]; values: Feed }>>;
  /** Builds a scalar from the parameters. */
  readonly loss: (tape: Tape, parameters: Readonly<Record<string, Tensor>>) => Tensor;
}

export interface Comparison {
  /** Largest difference of any parameter's gradient, over the largest element of that gradient. */
  readonly worst: number;
  readonly worstParameter: string;
  readonly checked: number;
}

const EPSILON = 1e-5;
/** Elements checked of each parameter. */
const MOST_CHECKED = 24;

export function randomValues(shape: readonly number[], seed: number, low = -1, high = 1): number[] {
  const random = uniform(seed);
  return Array.from({ length: elementCount(shape) }, () => low + (high - low) * random());
}

/** A scalar that depends on every element of `value` differently. */
export function weightedSum(tape: Tape, value: Tensor): Tensor {
  const weights = tape.o.constant(randomValues(value.shape, 99), value.shape);
  const axes = [...value.shape.keys()];
  const sum = tape.apply('reduceSum', [tape.apply('mul', [value, weights], {})], { axes });
  return tape.apply('reshape', [sum], { shape: [] });
}

/** The loss and the gradient of every parameter, in float64 or float32. */
export async function evaluate(subject: Case, dtype: 'float32' | 'float64', rules?: VjpRules) {
  const tape = new Tape(new OnnxGraph(), dtype, rules);
  const parameters = Object.entries(subject.parameters).map(([name, { shape }]) =>
    tape.parameter(name, shape),
  );
  const loss = subject.loss(tape, Object.fromEntries(parameters.map((value) => [value.name, value])));
  const gradients = tape.gradients(loss, parameters);
  const { graph } = tape.o;
  // Gradients may share a value; each needs an output of its own name.
  const named = [loss, ...gradients].map((value) => graph.apply('Identity', [value], value.shape));
  named.forEach((value) => graph.output(value));
  const session = await InferenceSession.create(graph.encode(), {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const array = dtype === 'float64' ? Float64Array : Float32Array;
  return async (changed: { name: string; index: number; by: number } | null) => {
    const feeds: Record<string, OrtTensor> = {};
    for (const [name, { shape, values }] of Object.entries(subject.parameters)) {
      const data = array.from(values);
      if (changed?.name === name) data[changed.index]! += changed.by;
      feeds[name] = new OrtTensor(dtype, data, shape);
    }
    for (const [name, { shape, values }] of Object.entries(subject.feeds ?? {})) {
      feeds[name] =
        values instanceof BigInt64Array
          ? new OrtTensor('int64', values, shape)
          : new OrtTensor(dtype, array.from(values), shape);
    }
    const results = await session.run(feeds);
    const [lossValue, ...rest] = named.map((value) => results[value.name]!.data as Float64Array);
    return {
      loss: lossValue![0]!,
      gradients: new Map(parameters.map(({ name }, index) => [name, rest[index]!])),
    };
  };
}

/** Compares every parameter's gradient with central differences, on elements spread over it. */
export async function compareWithDifferences(subject: Case, rules?: VjpRules): Promise<Comparison> {
  const run = await evaluate(subject, 'float64', rules);
  const { gradients } = await run(null);
  let worst = 0;
  let worstParameter = '';
  let checked = 0;
  for (const [name, gradient] of gradients) {
    const largest = gradient.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const stride = Math.max(1, Math.floor(gradient.length / MOST_CHECKED));
    for (let index = 0; index < gradient.length; index += stride) {
      const above = (await run({ name, index, by: EPSILON })).loss;
      const below = (await run({ name, index, by: -EPSILON })).loss;
      const difference = (above - below) / (2 * EPSILON);
      const error = Math.abs(difference - gradient[index]!) / Math.max(largest, 1e-3);
      checked++;
      if (!(error <= worst)) [worst, worstParameter] = [error, name];
    }
  }
  return { worst, worstParameter, checked };
}

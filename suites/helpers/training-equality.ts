/** A process of its own that trains a tiny decoder on the processor and on the device named, and prints how far
 *  gradients, losses and parameters are apart: a driver may end the process that uses it. */
import type { Device } from '../../engine/device/devices.ts';
import { parametersOf } from '../../engine/nn/decoder-parameters.ts';
import { llamaSpec } from '../../engine/nn/decoder-spec.ts';
import { elementCount } from '../../engine/tensor/dtype.ts';
import { stepScalars } from '../../engine/training/adamw.ts';
import type { BatchData } from '../../engine/training/batch.ts';
import { seedFor, uniform } from '../../engine/training/random.ts';
import type { TrainingState } from '../../engine/training/session-protocol.ts';
import { lossGraph, stepGraphs } from '../../engine/training/training-graph.ts';
import { TrainingSession } from '../../engine/training/training-session.ts';

export interface TrainingEquality {
  /** Largest difference of a gradient, over the largest gradient of its parameter. */
  readonly gradients: Readonly<Record<string, number>>;
  /** Of each step. */
  readonly losses: readonly number[];
  /** Of a parameter after the steps. */
  readonly parameters: number;
  /** Whether state read in the middle and given to a new session ends with the same bits. */
  readonly resumes: boolean;
}

const [device] = process.argv.slice(2) as [Device];
const [ROWS, LENGTH, STEPS] = [2, 16, 3];
const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, maxGradNorm: 1 };

const spec = llamaSpec({
  vocabSize: 64,
  hiddenSize: 32,
  intermediateSize: 48,
  layerCount: 2,
  headCount: 4,
  kvHeadCount: 2,
  headSize: 8,
  maxPositions: 64,
  ropeTheta: 10_000,
  normEps: 1e-5,
  tiedEmbeddings: true,
});
const subject = { spec, lowRank: null, objective: { kind: 'likelihood' } } as const;
const shape = { rows: ROWS, length: LENGTH };
// Gradients of two batches are added up, which leaves them in the state, where they can be read.
const step = stepGraphs(subject, shape, options, true);
const gradientNames = step.pass.updates.map(({ state }) => state);
const parameterNames = parametersOf(spec).map(({ name }) => name);
const stateNames = step.update!.updates.map(({ state }) => state);

function initialState(): TrainingState {
  return new Map(
    parametersOf(spec).map(({ name, shape: size }) => {
      const random = uniform(seedFor(1, name));
      const centre = size.length === 1 ? 1 : 0;
      const data = Float32Array.from({ length: elementCount(size) }, () => centre + 0.2 * (random() - 0.5));
      return [name, data];
    }),
  );
}

function batchOf(seed: number): BatchData {
  const random = uniform(seedFor(seed, 'batch'));
  const count = ROWS * LENGTH;
  const integers = (of: (i: number) => number) =>
    BigInt64Array.from({ length: count }, (_, i) => BigInt(of(i)));
  return {
    tokens: integers(() => Math.floor(random() * spec.vocabSize)),
    documents: integers((i) => Math.floor(i / LENGTH)),
    positions: integers((i) => i % LENGTH),
    targets: integers(() => Math.floor(random() * spec.vocabSize)),
    weights: new Float32Array(count).fill(1 / (2 * count)),
  };
}

function start(on: Device, state: TrainingState): Promise<TrainingSession> {
  return TrainingSession.start({
    step,
    evaluation: lossGraph(subject, shape),
    state,
    threads: 1,
    device: on,
  });
}

async function take(session: TrainingSession, index: number): Promise<number> {
  const { loss } = await session.step({
    batches: [batchOf(2 * index), batchOf(2 * index + 1)],
    scalars: stepScalars(index + 1, 1e-2, options),
    seed: 0,
  });
  return loss;
}

async function trace(on: Device) {
  const session = await start(on, initialState());
  const losses = [await take(session, 0)];
  const gradients = await session.readState(gradientNames);
  const middle = await session.readState(stateNames);
  for (let index = 1; index < STEPS; index++) losses.push(await take(session, index));
  const parameters = await session.readState(parameterNames);
  await session.close();
  return { losses, gradients, middle, parameters };
}

async function resumed(on: Device, middle: TrainingState): Promise<TrainingState> {
  const session = await start(on, middle);
  for (let index = 1; index < STEPS; index++) await take(session, index);
  const parameters = await session.readState(parameterNames);
  await session.close();
  return parameters;
}

const apart = (a: Float32Array, b: Float32Array) =>
  a.reduce((max, x, i) => Math.max(max, Math.abs(x - b[i]!)), 0);
const largest = (a: Float32Array) => apart(a, new Float32Array(a.length));

const expected = await trace('cpu');
const found = await trace(device);
const again = await resumed(device, found.middle);
const result: TrainingEquality = {
  gradients: Object.fromEntries(
    gradientNames.map((name) => {
      const exact = expected.gradients.get(name)!;
      return [name, apart(exact, found.gradients.get(name)!) / largest(exact)];
    }),
  ),
  losses: expected.losses.map((loss, i) => Math.abs(loss - found.losses[i]!)),
  parameters: Math.max(
    ...parameterNames.map((name) => apart(expected.parameters.get(name)!, found.parameters.get(name)!)),
  ),
  resumes: parameterNames.every((name) => apart(again.get(name)!, found.parameters.get(name)!) === 0),
};
process.stdout.write(JSON.stringify(result));

import { expect, test } from '@playwright/test';
import { parametersOf } from '../../../../engine/nn/decoder-parameters.ts';
import { llamaSpec, type DecoderSpec } from '../../../../engine/nn/decoder-spec.ts';
import type { EncodedPair } from '../../../../engine/training/batch.ts';
import { decoderLogProbabilities, tokenInputs } from '../../../../engine/training/decoder-loss.ts';
import { adapterParameters, adaptationBy, lowRankOf } from '../../../../engine/training/low-rank.ts';
import { lossOf } from '../../../../engine/training/objective.ts';
import { PreferenceExamples } from '../../../../engine/training/training-examples.ts';
import { compareWithDifferences, evaluate, randomValues, type Case } from '../autodiff/finite-differences.ts';

const llama = llamaSpec({
  vocabSize: 13,
  hiddenSize: 8,
  intermediateSize: 10,
  layerCount: 1,
  headCount: 4,
  kvHeadCount: 2,
  headSize: 2,
  maxPositions: 16,
  ropeTheta: 100,
  normEps: 1e-3,
  tiedEmbeddings: true,
});
const gpt2: DecoderSpec = {
  ...llama,
  architecture: 'gpt2',
  kvHeadCount: 4,
  attention: [{ rotary: null, window: null }],
  norm: 'layer',
  activation: 'gelu_tanh',
  gated: false,
  biases: { queryKeyValue: true, attentionOutput: true, feedForward: true },
  learnedPositions: true,
};

const sequence = (id: string, tokens: readonly number[], given: number) => ({
  id,
  tokens,
  weights: tokens.map((_, index) => Number(index >= given)),
});
const pairs: EncodedPair[] = [
  { id: 'a', chosen: sequence('a', [1, 2, 3, 4], 2), rejected: sequence('a', [1, 2, 5, 6, 7, 8], 2) },
  { id: 'b', chosen: sequence('b', [9, 9, 1, 0, 3], 3), rejected: sequence('b', [9, 9, 1, 4], 3) },
];

const shape = { rows: 4, length: 6 };

interface Choice {
  readonly lengthNormalised?: boolean;
  readonly labelSmoothing?: number;
  readonly adapts?: boolean;
}

/** The preference loss of both pairs; of adapters the base is fed, not trained. */
function caseOf(spec: DecoderSpec, choice: Choice, reference = [-4, -9, -6.5, -3]): Case {
  const { lengthNormalised = false, labelSmoothing = 0, adapts = false } = choice;
  const examples = new PreferenceExamples(pairs, { beta: 0.7, labelSmoothing, lengthNormalised });
  examples.reference.set(reference);
  const { data } = examples.batches([[[0], [1]]], shape)[0]!;
  const lowRank = lowRankOf(spec, {
    r: 3,
    lora_alpha: 5,
    lora_dropout: 0,
    target_modules: ['all-linear'],
    merge: false,
  });
  const values = (shapes: readonly { name: string; shape: readonly number[] }[]) =>
    Object.fromEntries(
      shapes.map(({ name, shape: size }, index) => [
        name,
        { shape: size, values: randomValues(size, index, ...(size.length === 1 ? [0.5, 1.5] : [-1, 1])) },
      ]),
    );
  const base = values(parametersOf(spec));
  const fed = Object.entries(adapts ? base : {}).map(([name, { shape: size, values: own }]) => [
    name,
    { shape: size, values: Float64Array.from(own) },
  ]);
  const inputs = Object.entries(data).map(([name, array]: [string, BigInt64Array | Float32Array]) => [
    name,
    { shape: inputShapes[name]!, values: array },
  ]);
  return {
    parameters: adapts ? values(adapterParameters(lowRank)) : base,
    feeds: Object.fromEntries([...fed, ...inputs]),
    loss: (tape, parameters) => {
      const byName = new Map(Object.entries(parameters));
      if (adapts) {
        for (const { name, shape: size } of parametersOf(spec)) {
          byName.set(name, tape.input(name, 'float64', size));
        }
      }
      const adaptation = adapts ? adaptationBy(tape, lowRank, byName, false) : undefined;
      const logs = decoderLogProbabilities(tape, spec, byName, tokenInputs(tape, shape), adaptation);
      return lossOf(tape, examples.objective, logs, shape).loss;
    },
  };
}

const tokens = shape.rows * shape.length;
const inputShapes: Readonly<Record<string, readonly number[]>> = {
  tokens: [tokens],
  documents: [shape.rows, shape.length],
  positions: [shape.rows, shape.length],
  targets: [tokens],
  sequences: [shape.rows, tokens],
  reference: [shape.rows, 1],
  pairWeights: [shape.rows / 2, 1],
};

const variants: Record<string, Case> = {
  'all weights': caseOf(llama, {}),
  'means over tokens, smoothed labels': caseOf(llama, { lengthNormalised: true, labelSmoothing: 0.2 }),
  'adapters of every layer': caseOf(llama, { adapts: true }),
  'adapters of layers stored the other way round': caseOf(gpt2, { adapts: true }),
};

for (const [title, subject] of Object.entries(variants)) {
  test(`the preference loss has the gradients of central differences: ${title}`, async () => {
    const { worst } = await compareWithDifferences(subject);
    expect(worst).toBeLessThan(1e-6);
  });
}

test('far from the reference the loss is a line, and label smoothing takes its share of it', async () => {
  const loss = async (choice: Choice, reference: number[]) =>
    (await (await evaluate(caseOf(llama, choice, reference), 'float64'))(null)).loss;
  const gain = 1000;
  const near = await loss({}, [0, 0, 0, 0]);
  const behind = await loss({}, [gain, 0, gain, 0]);
  expect(behind - near).toBeGreaterThan(0.7 * (gain - 100));
  const smoothed = await loss({ labelSmoothing: 0.25 }, [-gain, 0, -gain, 0]);
  expect(smoothed).toBeGreaterThan(0.25 * 0.7 * (gain - 100));
  expect(smoothed).toBeLessThan(0.25 * 0.7 * (gain + 100));
});

test('divides by the number of targets where asked to, and leaves the prompt out', () => {
  const row = (normalised: boolean) => {
    const examples = new PreferenceExamples(pairs, {
      beta: 1,
      labelSmoothing: 0,
      lengthNormalised: normalised,
    });
    const { data, tokenCount, weight } = examples.batches([[[0], [1]]], shape)[0]!;
    if (!('sequences' in data)) throw new Error('not of pairs');
    // The rejected sequence of the first pair lies in row 2.
    return { row: [...data.sequences.subarray(2 * tokens + 12, 2 * tokens + 18)], tokenCount, weight };
  };
  expect(row(false)).toEqual({ row: [0, 1, 1, 1, 1, 0], tokenCount: 15, weight: 2 });
  expect(row(true).row).toEqual([0, 0.25, 0.25, 0.25, 0.25, 0]);
});

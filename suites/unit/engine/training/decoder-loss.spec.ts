import { expect, test } from '@playwright/test';
import { readCheckpoint } from '../../../../engine/checkpoint/read-checkpoint.ts';
import { specFromConfig } from '../../../../engine/checkpoint/decoder-config.ts';
import { Decoder } from '../../../../engine/inference/decoder.ts';
import { prepareGraph } from '../../../../engine/inference/graph-cache.ts';
import { parametersOf } from '../../../../engine/nn/decoder-parameters.ts';
import { llamaSpec, type DecoderSpec, type RotaryScaling } from '../../../../engine/nn/decoder-spec.ts';
import { createBatch, type EncodedExample } from '../../../../engine/training/batch.ts';
import {
  decoderLogProbabilities,
  tokenInputs,
  type BatchShape,
} from '../../../../engine/training/decoder-loss.ts';
import { lossOf } from '../../../../engine/training/objective.ts';
import { tinyModels, tinyWeights, writeTinyModel } from '../../../helpers/tiny-architectures.ts';
import { compareWithDifferences, evaluate, randomValues, type Case } from '../autodiff/finite-differences.ts';

const tied = llamaSpec({
  vocabSize: 13,
  hiddenSize: 8,
  intermediateSize: 10,
  layerCount: 2,
  headCount: 4,
  kvHeadCount: 2,
  headSize: 2,
  maxPositions: 16,
  ropeTheta: 100,
  normEps: 1e-3,
  tiedEmbeddings: true,
});
/** Heads wider than the residual stream divided by their number. */
const untied: DecoderSpec = { ...tied, kvHeadCount: 4, headSize: 4, layerCount: 1, tiedEmbeddings: false };

const example = (id: string, tokens: readonly number[], weights = tokens.map(() => 1)): EncodedExample => ({
  id,
  tokens,
  weights,
});

const documents = [
  example('a', [1, 5, 9, 2], [0, 0.3, 1, 1]),
  example('b', [7, 7, 3]),
  example('c', [12, 0, 4, 4, 11, 6], [0, 0, 0, 1, 1, 1]),
  example('d', [2, 3]),
];

function caseOf(spec: DecoderSpec, shape: BatchShape, rows: readonly (readonly EncodedExample[])[]): Case {
  const { data } = createBatch(rows, shape);
  const flat = [shape.rows * shape.length];
  const square = [shape.rows, shape.length];
  return {
    parameters: Object.fromEntries(
      parametersOf(spec).map(({ name, shape: size }, index) => [
        name,
        {
          shape: size,
          values: size.length === 1 ? randomValues(size, index, 0.5, 1.5) : randomValues(size, index),
        },
      ]),
    ),
    feeds: {
      tokens: { shape: flat, values: data.tokens },
      documents: { shape: square, values: data.documents },
      positions: { shape: square, values: data.positions },
      targets: { shape: flat, values: data.targets },
      weights: { shape: flat, values: data.weights },
    },
    loss: (tape, parameters) => {
      const byName = new Map(Object.entries(parameters));
      const logs = decoderLogProbabilities(tape, spec, byName, tokenInputs(tape, shape));
      return lossOf(tape, { kind: 'likelihood' }, logs, shape).loss;
    },
  };
}

const packed = [
  [documents[0]!, documents[2]!],
  [documents[1]!, documents[3]!],
];

const rotary = { theta: 100, scaling: null };
const llama3: RotaryScaling = {
  kind: 'llama3',
  factor: 4,
  lowFrequencyFactor: 1,
  highFrequencyFactor: 4,
  originalPositions: 64,
};

const variants: Record<string, DecoderSpec> = {
  'tied, grouped heads': tied,
  'untied, wide heads': untied,
  'a window, scaled angles (Mistral, Llama 3)': {
    ...tied,
    attention: [{ rotary: { theta: 100, scaling: llama3 }, window: 3 }],
  },
  'biases of queries, keys and values (Qwen2)': {
    ...tied,
    biases: { queryKeyValue: true, attentionOutput: false, feedForward: false },
  },
  'normalised heads, layers without rotation (Qwen3, SmolLM3)': {
    ...untied,
    layerCount: 2,
    queryKeyNorm: true,
    attention: [
      { rotary, window: null },
      { rotary: null, window: null },
    ],
  },
  'learned positions, layer norms, one matrix for all (GPT-2)': {
    ...tied,
    architecture: 'gpt2',
    kvHeadCount: 4,
    attention: [{ rotary: null, window: null }],
    norm: 'layer',
    activation: 'gelu_tanh',
    gated: false,
    biases: { queryKeyValue: true, attentionOutput: true, feedForward: true },
    learnedPositions: true,
  },
  'norms of branches, stored as distance from 1 (Gemma 3)': {
    ...tied,
    architecture: 'gemma3_text',
    attention: [
      { rotary, window: 2 },
      { rotary: { theta: 1000, scaling: { kind: 'linear', factor: 8 } }, window: null },
    ],
    queryKeyNorm: true,
    normOffset: 1,
    branchNorms: true,
    activation: 'gelu_tanh',
    embeddingScale: Math.sqrt(8),
  },
};

for (const [title, spec] of Object.entries(variants)) {
  test(`has the gradients of a whole decoder: ${title}`, async () => {
    const { worst, worstParameter } = await compareWithDifferences(
      caseOf(spec, { rows: 2, length: 9 }, packed),
    );
    test
      .info()
      .annotations.push({ type: 'worst relative error', description: `${worst} in ${worstParameter}` });
    expect(worst).toBeLessThan(1e-7);
  });
}

test('gives in float32 the loss and gradients of float64', async () => {
  const subject = caseOf(tied, { rows: 2, length: 9 }, packed);
  const exact = await (await evaluate(subject, 'float64'))(null);
  const single = await (await evaluate(subject, 'float32'))(null);
  expect(Math.abs(exact.loss - single.loss)).toBeLessThan(1e-5);
  for (const [name, gradient] of exact.gradients) {
    const largest = gradient.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const error = gradient.reduce(
      (max, value, index) => Math.max(max, Math.abs(value - single.gradients.get(name)![index]!)),
      0,
    );
    expect(error / largest, name).toBeLessThan(1e-4);
  }
});

test('shows a document nothing of the others in its row', async () => {
  const loss = async (shape: BatchShape, rows: readonly (readonly EncodedExample[])[]) =>
    (await (await evaluate(caseOf(tied, shape, rows), 'float64'))(null)).loss;
  const weightOf = ({ weights }: EncodedExample) => weights.slice(1).reduce((a, b) => a + b, 0);
  const together = await loss({ rows: 1, length: 16 }, [documents]);
  let sum = 0;
  let weight = 0;
  for (const document of documents) {
    // Alone, in a row of just its length, as inference sees it.
    sum += weightOf(document) * (await loss({ rows: 1, length: document.tokens.length - 1 }, [[document]]));
    weight += weightOf(document);
  }
  // Weights are float32, so that their sum is 1 to seven digits.
  expect(Math.abs(together - sum / weight)).toBeLessThan(1e-6);
});

test('is the same whatever stands in the padding and in documents of weight 0', async () => {
  const silent = (tokens: readonly number[]) =>
    example(
      'silent',
      tokens,
      tokens.map(() => 0),
    );
  const shape = { rows: 2, length: 12 };
  const losses = await Promise.all(
    [[[documents[0]!]], [[documents[0]!, silent([3, 4, 5])], [silent([6, 6])]]].map(async (rows) =>
      (await evaluate(caseOf(tied, shape, rows), 'float64'))(null),
    ),
  );
  expect(losses[0]!.loss).toBe(losses[1]!.loss);
});

/** Mean of −ln P(next token) by the inference graph. */
async function inferenceLoss(folder: string, ids: readonly number[]): Promise<number> {
  const checkpoint = await readCheckpoint(folder);
  const decoder = await Decoder.open(checkpoint.spec, await prepareGraph(checkpoint), 0);
  let sum = 0;
  await decoder.prefill(decoder.newCache(), 0, ids.slice(0, -1), 0, (logits, position) => {
    const largest = logits.reduce((a, b) => Math.max(a, b));
    const total = logits.reduce((partial, logit) => partial + Math.exp(logit - largest), 0);
    sum += largest + Math.log(total) - logits[ids[position + 1]!]!;
  });
  await decoder.release();
  await checkpoint.weights.close();
  return sum / (ids.length - 1);
}

for (const tiny of tinyModels) {
  test(`trains the very model that is run: ${tiny.model}`, async () => {
    const folder = await writeTinyModel(test.info().outputPath('model'), tiny);
    const { ids } = tiny.prompts.at(-1)!;
    const spec = specFromConfig('config.json', { ...tiny.config });
    const shape = { rows: 1, length: ids.length - 1 };
    const subject = caseOf(spec, shape, [[example('a', ids)]]);
    const parameters = Object.fromEntries(
      [...tinyWeights(tiny)].map(([name, { shape: size, data }]) => [
        name,
        { shape: size, values: [...data] },
      ]),
    );
    const { loss } = await (await evaluate({ ...subject, parameters }, 'float32'))(null);
    expect(Math.abs(loss - (await inferenceLoss(folder, ids)))).toBeLessThan(1e-5);
  });
}

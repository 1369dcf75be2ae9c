import { expect, test } from '@playwright/test';
import { layerParameters, modelParameters } from '../../../../engine/nn/decoder-parameters.ts';
import { llamaSpec } from '../../../../engine/nn/decoder-spec.ts';
import { initialWeights } from '../../../../engine/training/initial-weights.ts';

const spec = llamaSpec({
  vocabSize: 200,
  hiddenSize: 64,
  intermediateSize: 96,
  layerCount: 8,
  headCount: 4,
  kvHeadCount: 2,
  headSize: 16,
  maxPositions: 32,
  ropeTheta: 10_000,
  normEps: 1e-5,
  tiedEmbeddings: true,
});

function deviation(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

test('draws matrices from normals of 0.02, narrower where they write to the residual stream', () => {
  const weights = initialWeights(spec, 1);
  const { queryKeyValue, attentionOutput, down, inputNorm } = layerParameters(spec, 3);
  expect(deviation(weights.get(modelParameters(spec).embedding)!) / 0.02).toBeCloseTo(1, 1);
  expect(deviation(weights.get(queryKeyValue[0]!.weight)!) / 0.02).toBeCloseTo(1, 1);
  expect(deviation(weights.get(attentionOutput.weight)!) / (0.02 / 4)).toBeCloseTo(1, 1);
  expect(deviation(weights.get(down.weight)!) / (0.02 / 4)).toBeCloseTo(1, 1);
  expect(new Set(weights.get(inputNorm.weight))).toEqual(new Set([1]));
});

test('gives each weight numbers of its own, the same for the same seed', () => {
  const [a, b, c] = [initialWeights(spec, 1), initialWeights(spec, 1), initialWeights(spec, 2)];
  const { gate, up } = layerParameters(spec, 0);
  expect(b.get(gate!.weight)).toEqual(a.get(gate!.weight));
  expect(a.get(gate!.weight)).not.toEqual(a.get(up.weight));
  expect(c.get(gate!.weight)).not.toEqual(a.get(gate!.weight));
  // A deeper model begins with the same first layers.
  expect(initialWeights({ ...spec, layerCount: 9 }, 1).get(gate!.weight)).toEqual(a.get(gate!.weight));
});

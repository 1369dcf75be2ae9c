import { expect, test } from '@playwright/test';
import { embeddingName, layerNames, type DecoderSpec } from '../../../../engine/nn/decoder-spec.ts';
import { initialWeights } from '../../../../engine/training/initial-weights.ts';

const spec: DecoderSpec = {
  architecture: 'llama',
  vocabSize: 200,
  hiddenSize: 64,
  intermediateSize: 96,
  layerCount: 8,
  headCount: 4,
  kvHeadCount: 2,
  headSize: 16,
  maxPositions: 32,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  tiedEmbeddings: true,
};

function deviation(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

test('draws matrices from normals of 0.02, narrower where they write to the residual stream', () => {
  const weights = initialWeights(spec, 1);
  const names = layerNames(3);
  expect(deviation(weights.get(embeddingName)!) / 0.02).toBeCloseTo(1, 1);
  expect(deviation(weights.get(names.q)!) / 0.02).toBeCloseTo(1, 1);
  expect(deviation(weights.get(names.o)!) / (0.02 / 4)).toBeCloseTo(1, 1);
  expect(deviation(weights.get(names.down)!) / (0.02 / 4)).toBeCloseTo(1, 1);
  expect(new Set(weights.get(names.inputNorm))).toEqual(new Set([1]));
});

test('gives each weight numbers of its own, the same for the same seed', () => {
  const [a, b, c] = [initialWeights(spec, 1), initialWeights(spec, 1), initialWeights(spec, 2)];
  const { gate, up } = layerNames(0);
  expect(b.get(gate)).toEqual(a.get(gate));
  expect(a.get(gate)).not.toEqual(a.get(up));
  expect(c.get(gate)).not.toEqual(a.get(gate));
  // A deeper model begins with the same first layers.
  expect(initialWeights({ ...spec, layerCount: 9 }, 1).get(gate)).toEqual(a.get(gate));
});

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readHuggingFaceFolder } from '../../../../engine/checkpoint/huggingface-folder.ts';
import { writeHuggingFace, type ModelContent } from '../../../../engine/checkpoint/write-huggingface.ts';
import { parametersOf } from '../../../../engine/nn/decoder-parameters.ts';
import { llamaSpec } from '../../../../engine/nn/decoder-spec.ts';
import { float16ToNumber, numberToFloat16 } from '../../../../engine/tensor/dtype.ts';
import { chatTemplate, createChatTokenizer } from '../../../../engine/training/chat-format.ts';
import { initialWeights } from '../../../../engine/training/initial-weights.ts';

const spec = llamaSpec({
  vocabSize: 270,
  hiddenSize: 8,
  intermediateSize: 12,
  layerCount: 2,
  headCount: 4,
  kvHeadCount: 2,
  headSize: 4,
  maxPositions: 32,
  ropeTheta: 50_000,
  normEps: 1e-6,
  tiedEmbeddings: false,
});

const content: ModelContent = {
  spec,
  weights: initialWeights(spec, 3),
  tokenizer: createChatTokenizer(['a few words'], spec),
  chatTemplate,
  eosTokenIds: [4],
  bosTokenId: null,
  padTokenId: 0,
};

let folder: string;
test.beforeEach(() => {
  folder = test.info().outputPath();
});

test('writes what the reader reads back', async () => {
  await writeHuggingFace(folder, content);
  const checkpoint = await readHuggingFaceFolder(folder);
  expect(checkpoint).toMatchObject({ spec, chatTemplate, eosTokenIds: [4], bosTokenId: null });
  expect(checkpoint.tokenizer.tokenizerJson).toEqual(content.tokenizer.tokenizerJson);
  for (const { name, shape } of parametersOf(spec)) {
    expect(checkpoint.weights.shapes.get(name)).toEqual(shape);
    expect(await checkpoint.weights.read(name)).toEqual(content.weights.get(name));
  }
  await checkpoint.weights.close();
  expect(readdirSync(folder).toSorted()).toEqual([
    'config.json',
    'generation_config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
});

test('halves the file in float16, each weight rounded to the nearest half', async () => {
  await writeHuggingFace(folder, content, 'float16');
  const checkpoint = await readHuggingFaceFolder(folder);
  const { name } = parametersOf(spec)[1]!;
  const rounded = content.weights.get(name)!.map((value) => float16ToNumber(numberToFloat16(value)));
  expect(await checkpoint.weights.read(name)).toEqual(rounded);
  await checkpoint.weights.close();
  expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))).toMatchObject({
    torch_dtype: 'float16',
  });
});

test('begins the data at a multiple of eight bytes, as the reference writer does', async () => {
  await writeHuggingFace(folder, content);
  const bytes = readFileSync(join(folder, 'model.safetensors'));
  expect(bytes.readBigUInt64LE(0) % 8n).toBe(0n);
});

test('leaves no model behind when it fails half-way', async () => {
  await writeHuggingFace(folder, content);
  const broken = { ...content, weights: new Map([...content.weights].slice(0, 3)) };
  await expect(writeHuggingFace(folder, broken)).rejects.toThrow();
  expect(existsSync(join(folder, 'config.json'))).toBe(false);
});

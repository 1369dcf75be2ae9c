import { expect, test } from '@playwright/test';
import { specFromConfig } from '../../../../engine/checkpoint/decoder-config.ts';
import { readCheckpoint } from '../../../../engine/checkpoint/read-checkpoint.ts';
import { writeGguf, writeTinyGguf, type Metadata } from '../../../helpers/gguf-writer.ts';
import { tinyModel, tinyWeights } from '../../../helpers/tiny-architectures.ts';

const converted = [
  'llama-plain',
  'llama-linear',
  'llama-yarn',
  'qwen2-everywhere',
  'qwen3',
  'smollm3',
  'gpt2',
  'gemma3-sixth',
];

for (const model of converted) {
  test(`reads from GGUF the description and the weights of the Hugging Face folder: ${model}`, async () => {
    const tiny = tinyModel(model);
    const checkpoint = await readCheckpoint(await writeTinyGguf(test.info().outputPath('model.gguf'), tiny));
    const expected = specFromConfig('config.json', { ...tiny.config });
    // Metadata are float32.
    const rounded = (value: unknown): unknown =>
      JSON.parse(
        JSON.stringify(value, (_, field: unknown) =>
          typeof field === 'number' ? Math.fround(field) : field,
        ),
      );
    expect(rounded(checkpoint.spec)).toEqual(rounded(expected));
    for (const [name, { shape, data }] of tinyWeights(tiny)) {
      expect(checkpoint.weights.shapes.get(name), name).toEqual(shape);
      const read = await checkpoint.weights.read(name);
      const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - read[i]!)), 0);
      // Gemma's norms are stored with 1 added, which rounds.
      expect(worst, name).toBeLessThan(checkpoint.spec.normOffset === 0 ? 1e-30 : 1e-7);
    }
    await checkpoint.weights.close();
  });
}

const plain = tinyModel('llama-plain');

/** llama-plain with rope_freqs.weight, as llama.cpp's converter writes it for Llama 3. */
async function withFrequencyFactors(factors: readonly number[]): Promise<unknown> {
  const path = test.info().outputPath('model.gguf');
  const tensors = new Map([...tinyWeights(plain)].map(([name, tensor]) => [plain.gguf![name]!, tensor]));
  tensors.set('rope_freqs.weight', { shape: [factors.length], data: Float32Array.from(factors) });
  const metadata: Metadata = {
    'general.architecture': 'llama',
    'llama.embedding_length': { u32: 32 },
    'llama.feed_forward_length': { u32: 40 },
    'llama.block_count': { u32: 2 },
    'llama.attention.head_count': { u32: 4 },
    'llama.attention.head_count_kv': { u32: 2 },
    'llama.context_length': { u32: 256 },
    'llama.attention.layer_norm_rms_epsilon': { f32: 1e-6 },
    'llama.rope.freq_base': { f32: 500_000 },
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.tokens': ['a', 'b'],
    'tokenizer.ggml.token_type': { i32: [1, 1] },
    'tokenizer.ggml.merges': ['a b'],
  };
  const checkpoint = await readCheckpoint(await writeGguf(path, metadata, tensors));
  await checkpoint.weights.close();
  return checkpoint.spec.attention[0]!.rotary!.scaling;
}

test("recovers Llama 3's scaling from the factors that a file keeps of it, and refuses others", async () => {
  // factor 8, low 1, high 4, original 8192, theta 500,000: 1, 1, 1.82…, 8.
  const wavelengths = [0, 1, 2, 3].map((i) => 2 * Math.PI * 500_000 ** (i / 4));
  const factors = wavelengths.map((wavelength) => {
    if (wavelength < 8192 / 4) return 1;
    if (wavelength > 8192) return 8;
    const smooth = (8192 / wavelength - 1) / (4 - 1);
    return 1 / ((1 - smooth) / 8 + smooth);
  });
  expect(new Set(factors).size).toBeGreaterThan(1);
  expect(await withFrequencyFactors(factors)).toEqual({
    kind: 'llama3',
    factor: 8,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 4,
    originalPositions: 8192,
  });
  for (const others of [factors.with(2, 3), [1, 1], factors.map((value) => value * 2)]) {
    await expect(withFrequencyFactors(others)).rejects.toMatchObject({ code: 'E_MODEL_UNSUPPORTED' });
  }
});

test('refuses what llama.cpp computes otherwise: windows, experts, soft caps', async () => {
  const cases: [string, Metadata][] = [
    ['qwen2-everywhere', { 'qwen2.attention.sliding_window': { u32: 8 } }],
    ['qwen3', { 'qwen3.expert_count': { u32: 8 } }],
    ['gemma3-sixth', { 'gemma3.final_logit_softcapping': { f32: 30 } }],
    ['llama-plain', { 'llama.rope.scaling.type': 'longrope', 'llama.rope.scaling.factor': { f32: 2 } }],
    ['llama-plain', { 'general.architecture': 'mamba' }],
  ];
  for (const [model, extra] of cases) {
    const path = await writeTinyGguf(test.info().outputPath('model.gguf'), tinyModel(model), extra);
    await expect(readCheckpoint(path), JSON.stringify(extra)).rejects.toMatchObject({
      code: 'E_MODEL_UNSUPPORTED',
    });
  }
});

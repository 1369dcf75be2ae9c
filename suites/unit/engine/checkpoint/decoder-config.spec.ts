import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { specFromConfig } from '../../../../engine/checkpoint/decoder-config.ts';
import { readCheckpoint } from '../../../../engine/checkpoint/read-checkpoint.ts';
import { decoderConfigOf } from '../../../../engine/checkpoint/write-decoder-config.ts';
import { writeSafetensors } from '../../../../engine/checkpoint/write-safetensors.ts';
import { parametersOf } from '../../../../engine/nn/decoder-parameters.ts';
import {
  tinyModel,
  tinyModels,
  tinyWeights,
  writeTinyModel,
  type TinyModel,
} from '../../../helpers/tiny-architectures.ts';

const specOf = ({ config }: Pick<TinyModel, 'config'>) => specFromConfig('config.json', { ...config });

test('names every parameter as transformers does, in its shape', () => {
  for (const tiny of tinyModels) {
    const ours = parametersOf(specOf(tiny)).map(({ name, shape }) => `${name} ${shape.join()}`);
    const theirs = tiny.parameters.map(({ name, shape }) => `${name} ${shape.join()}`);
    expect(ours.toSorted(), tiny.model).toEqual(theirs.toSorted());
  }
});

test('writes the configuration from which the same description is read', () => {
  for (const tiny of tinyModels) {
    const spec = specOf(tiny);
    const written = JSON.parse(JSON.stringify(decoderConfigOf(spec))) as Record<string, unknown>;
    expect(specFromConfig('config.json', written), tiny.model).toEqual(spec);
  }
});

test('reads configurations of earlier versions of transformers to the same description', () => {
  const earlier: Record<string, Record<string, unknown>> = {
    'llama3-scaled-biases': {
      rope_parameters: undefined,
      rope_theta: 500,
      rope_scaling: {
        rope_type: 'llama3',
        factor: 8,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 24,
      },
    },
    'llama-linear': {
      rope_parameters: undefined,
      rope_theta: 1000,
      rope_scaling: { type: 'linear', factor: 4 },
    },
    'llama-yarn': {
      rope_parameters: undefined,
      rope_theta: 2000,
      original_max_position_embeddings: 32,
      rope_scaling: { type: 'yarn', factor: 4, beta_fast: 4, beta_slow: 0.5 },
    },
    qwen2: { layer_types: undefined },
    smollm3: { layer_types: undefined, no_rope_layers: undefined, no_rope_layer_interval: 4 },
    gemma3: {
      rope_parameters: undefined,
      rope_theta: 1000,
      rope_local_base_freq: 100,
      rope_scaling: { rope_type: 'linear', factor: 2 },
      layer_types: undefined,
      sliding_window_pattern: 3,
    },
  };
  for (const [model, fields] of Object.entries(earlier)) {
    const tiny = tinyModel(model);
    expect(specOf({ config: { ...tiny.config, ...fields } }), model).toEqual(specOf(tiny));
  }
});

test("takes the defaults of each architecture from transformers' configuration classes", () => {
  const { sliding_window: _window, ...mistral } = tinyModel('mistral-window').config;
  const sizes = { hidden_size: 64, num_attention_heads: 4, intermediate_size: 8, num_hidden_layers: 7 };
  const cases: [Record<string, unknown>, Record<string, unknown>][] = [
    [mistral, { attention: [{ window: 4096 }] }],
    [{ ...mistral, sliding_window: null }, { attention: [{ window: null }] }],
    [
      { ...sizes, model_type: 'qwen3', vocab_size: 9 },
      { headSize: 128, tiedEmbeddings: false },
    ],
    [
      { ...sizes, model_type: 'smollm3', vocab_size: 9 },
      { tiedEmbeddings: true, headSize: 16 },
    ],
    [
      { ...sizes, model_type: 'gemma3_text', vocab_size: 9 },
      { headSize: 256, attentionScale: 1 / 16, attention: { 0: { window: 4096 }, 5: { window: null } } },
    ],
    [{ model_type: 'gpt2', vocab_size: 9, n_embd: 8, n_layer: 1, n_head: 2 }, { intermediateSize: 32 }],
  ];
  for (const [config, expected] of cases) {
    expect(specOf({ config }), String(config['model_type'])).toMatchObject(expected);
  }
});

test('refuses variants that it does not compute', () => {
  const cases: [string, Record<string, unknown>][] = [
    ['gpt2', { activation_function: 'relu' }],
    ['gpt2', { scale_attn_by_inverse_layer_idx: true }],
    ['gemma3', { final_logit_softcapping: 30 }],
    ['gemma3', { use_bidirectional_attention: true }],
    ['qwen2', { layer_types: ['linear_attention', 'full_attention', 'full_attention'] }],
    ['qwen3', { hidden_act: 'gelu' }],
    ['mistral-window', { model_type: 'mixtral' }],
    ['llama-plain', { quantization_config: { bits: 4 } }],
  ];
  for (const [model, fields] of cases) {
    const { config } = tinyModel(model);
    expect(() => specOf({ config: { ...config, ...fields } }), JSON.stringify(fields)).toThrow(
      expect.objectContaining({ code: 'E_MODEL_UNSUPPORTED' }),
    );
  }
});

test('reads decoders that were stored without their head, whose names lack the prefix', async () => {
  for (const model of ['gpt2', 'qwen2']) {
    const tiny = tinyModel(model);
    const bare = new Map(
      [...tinyWeights(tiny)].map(([name, tensor]) => [name.replace(/^(transformer|model)\./, ''), tensor]),
    );
    // A buffer of old GPT-2 files.
    bare.set('h.0.attn.masked_bias', { shape: [], data: Float32Array.of(-10_000) });
    const folder = await writeTinyModel(test.info().outputPath(model), tiny, bare);
    const checkpoint = await readCheckpoint(folder);
    for (const [name, { data }] of tinyWeights(tiny)) {
      expect(await checkpoint.weights.read(name)).toEqual(data);
    }
    await checkpoint.weights.close();
  }
});

test('reads a checkpoint in shards as the whole', async () => {
  const tiny = tinyModel('gpt2');
  const folder = await writeTinyModel(test.info().outputPath('model'), tiny);
  await rm(join(folder, 'model.safetensors'));
  const weights = [...tinyWeights(tiny)];
  const map: Record<string, string> = {};
  for (const [index, part] of [weights.slice(0, 9), weights.slice(9)].entries()) {
    const file = `model-0000${index + 1}-of-00002.safetensors`;
    await writeSafetensors(join(folder, file), new Map(part));
    for (const [name] of part) map[name] = file;
  }
  await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
  const checkpoint = await readCheckpoint(folder);
  for (const [name, { data }] of weights) expect(await checkpoint.weights.read(name)).toEqual(data);
  await checkpoint.weights.close();
  await rm(join(folder, 'model-00002-of-00002.safetensors'));
  await expect(readCheckpoint(folder)).rejects.toMatchObject({
    code: 'E_MODEL_NOT_FOUND',
    message: expect.stringContaining('model-00002-of-00002.safetensors'),
  });
});

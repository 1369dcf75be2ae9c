import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { llamaSpec } from '../../../../engine/nn/decoder-spec.ts';
import { readCheckpoint, readModelDigests } from '../../../../engine/checkpoint/read-checkpoint.ts';

const golden = join(import.meta.dirname, '../../../../fixtures/golden/engine/tiny-tied');

type Json = Record<string, unknown>;

let copies = 0;

/** A copy of the golden folder to change. */
async function copy(): Promise<string> {
  const folder = test.info().outputPath(`copy-${copies++}`);
  await cp(golden, folder, { recursive: true });
  return folder;
}

async function edit(folder: string, name: string, change: (json: Json) => unknown): Promise<void> {
  const path = join(folder, name);
  const json = JSON.parse(await readFile(path, 'utf8')) as Json;
  await writeFile(path, JSON.stringify(change(json) ?? json, null, 1));
}

async function read(folder: string) {
  const checkpoint = await readCheckpoint(folder);
  await checkpoint.weights.close();
  return checkpoint;
}

test('reads description, template and end tokens', async () => {
  const checkpoint = await read(golden);
  expect(checkpoint.format).toBe('huggingface');
  expect(checkpoint.spec).toEqual(
    llamaSpec({
      vocabSize: 258,
      hiddenSize: 32,
      intermediateSize: 24,
      layerCount: 2,
      headCount: 2,
      kvHeadCount: 1,
      headSize: 16,
      maxPositions: 1024,
      ropeTheta: 500,
      normEps: 1e-5,
      tiedEmbeddings: true,
    }),
  );
  expect(checkpoint.chatTemplate).toContain('<user>');
  expect(checkpoint.eosTokenIds).toEqual([0]);
});

test('reads what older writers wrote: rope_theta, and the template in tokenizer_config.json', async () => {
  const folder = await copy();
  await edit(folder, 'config.json', (config) => ({
    ...config,
    rope_parameters: undefined,
    head_dim: undefined,
    rope_theta: 500,
    rope_scaling: null,
    eos_token_id: [7, 0],
  }));
  await rm(join(folder, 'chat_template.jinja'));
  for (const chatTemplate of [
    '{{ 1 }}',
    [
      { name: 'tool', template: 'x' },
      { name: 'default', template: '{{ 1 }}' },
    ],
  ]) {
    await edit(folder, 'tokenizer_config.json', (config) => ({ ...config, chat_template: chatTemplate }));
    const checkpoint = await read(folder);
    expect(checkpoint.spec).toEqual((await read(golden)).spec);
    expect(checkpoint.chatTemplate).toBe('{{ 1 }}');
    expect(checkpoint.eosTokenIds).toEqual([7, 0]);
  }
});

test('reads the shards that an index names, and none outside the folder', async () => {
  const folder = await copy();
  const whole = await readFile(join(folder, 'model.safetensors'));
  await rm(join(folder, 'model.safetensors'));
  await writeFile(join(folder, 'model-1.safetensors'), whole);
  const index = (file: string) =>
    writeFile(
      join(folder, 'model.safetensors.index.json'),
      JSON.stringify({ weight_map: { 'model.norm.weight': file } }),
    );
  await index('model-1.safetensors');
  expect((await read(folder)).spec.layerCount).toBe(2);
  for (const file of ['../model-1.safetensors', '/etc/passwd', 'a/b.safetensors', '']) {
    await index(file);
    await expect(read(folder), file).rejects.toMatchObject({ code: 'E_CHECKPOINT_INVALID' });
  }
});

test('gives each broken folder one clear error', async () => {
  const config = (change: (json: Json) => unknown) => (folder: string) => edit(folder, 'config.json', change);
  const remove = (name: string) => (folder: string) => rm(join(folder, name));
  const write = (name: string, text: string) => (folder: string) => writeFile(join(folder, name), text);
  const cases: Record<string, [(folder: string) => Promise<void>, string]> = {
    'no config.json': [remove('config.json'), 'E_MODEL_NOT_FOUND'],
    'no weights': [remove('model.safetensors'), 'E_MODEL_NOT_FOUND'],
    'no tokenizer.json': [remove('tokenizer.json'), 'E_TOKENIZER_INVALID'],
    'a tokenizer.json that is no JSON': [write('tokenizer.json', '{'), 'E_TOKENIZER_INVALID'],
    'a config.json that is no JSON': [write('config.json', '{'), 'E_CHECKPOINT_INVALID'],
    'a config.json that is a list': [write('config.json', '[]'), 'E_CHECKPOINT_INVALID'],
    'weights cut off': [write('model.safetensors', 'x'), 'E_CHECKPOINT_INVALID'],
    'another architecture': [config((json) => ({ ...json, model_type: 'bert' })), 'E_MODEL_UNSUPPORTED'],
    'no model_type': [config((json) => ({ ...json, model_type: undefined })), 'E_MODEL_UNSUPPORTED'],
    'another activation': [config((json) => ({ ...json, hidden_act: 'gelu' })), 'E_MODEL_UNSUPPORTED'],
    'biases that are not there': [
      config((json) => ({ ...json, attention_bias: true })),
      'E_CHECKPOINT_INVALID',
    ],
    'rope scaling that changes with the length': [
      config((json) => ({
        ...json,
        rope_parameters: undefined,
        rope_scaling: { type: 'dynamic', factor: 8 },
      })),
      'E_MODEL_UNSUPPORTED',
    ],
    'rope scaling without its numbers': [
      config((json) => ({ ...json, rope_parameters: { rope_type: 'llama3', factor: 8 } })),
      'E_CHECKPOINT_INVALID',
    ],
    'a part of each head rotated': [
      config((json) => ({
        ...json,
        rope_parameters: { rope_type: 'default', rope_theta: 500, partial_rotary_factor: 0.5 },
      })),
      'E_MODEL_UNSUPPORTED',
    ],
    'quantised weights': [
      config((json) => ({ ...json, quantization_config: { bits: 4 } })),
      'E_MODEL_UNSUPPORTED',
    ],
    'one layer more': [config((json) => ({ ...json, num_hidden_layers: 3 })), 'E_CHECKPOINT_INVALID'],
    'a thousand layers': [config((json) => ({ ...json, num_hidden_layers: 1000 })), 'E_CHECKPOINT_INVALID'],
    'a width of text': [config((json) => ({ ...json, hidden_size: '32' })), 'E_CHECKPOINT_INVALID'],
    'a negative width': [config((json) => ({ ...json, hidden_size: -32 })), 'E_CHECKPOINT_INVALID'],
    'another inner width': [config((json) => ({ ...json, intermediate_size: 25 })), 'E_SHAPE_MISMATCH'],
    'another vocabulary': [config((json) => ({ ...json, vocab_size: 259 })), 'E_SHAPE_MISMATCH'],
    'an untied head that is not there': [
      config((json) => ({ ...json, tie_word_embeddings: false })),
      'E_CHECKPOINT_INVALID',
    ],
    'heads that do not share': [
      config((json) => ({ ...json, num_key_value_heads: 3 })),
      'E_CHECKPOINT_INVALID',
    ],
    'an end token of text': [config((json) => ({ ...json, eos_token_id: '</s>' })), 'E_CHECKPOINT_INVALID'],
  };
  for (const [name, [damage, code]] of Object.entries(cases)) {
    const folder = await copy();
    await damage(folder);
    await expect(read(folder), name).rejects.toMatchObject({ code });
  }
});

test('digests what was loaded: each part changes its own digest alone', async () => {
  const original = await readModelDigests(golden);
  expect((await read(golden)).digests).toEqual(original);
  const flip = async (folder: string) => {
    const bytes = await readFile(join(folder, 'model.safetensors'));
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(join(folder, 'model.safetensors'), bytes);
  };
  const cases: Record<string, [(folder: string) => Promise<void>, (keyof typeof original)[]]> = {
    'another layout of the same JSON': [
      (folder) => edit(folder, 'config.json', (json) => Object.fromEntries(Object.entries(json).reverse())),
      [],
    ],
    'one bit of the weights': [flip, ['weights']],
    'merges in another order': [
      (folder) =>
        edit(folder, 'tokenizer.json', (json) => ({
          ...json,
          model: { ...(json['model'] as Json), merges: [['a', 'b']] },
        })),
      ['tokenizer'],
    ],
    'a tokenizer setting': [
      (folder) => edit(folder, 'tokenizer_config.json', (json) => ({ ...json, model_max_length: 5 })),
      ['tokenizer'],
    ],
    'the template': [(folder) => writeFile(join(folder, 'chat_template.jinja'), '{{ 2 }}'), ['template']],
    'the configuration': [
      (folder) => edit(folder, 'config.json', (json) => ({ ...json, rms_norm_eps: 1e-6 })),
      ['config'],
    ],
    'the end token of generation_config.json': [
      (folder) => edit(folder, 'generation_config.json', (json) => ({ ...json, eos_token_id: 3 })),
      ['config'],
    ],
  };
  for (const [name, [change, expected]] of Object.entries(cases)) {
    const folder = await copy();
    await change(folder);
    const digests = await readModelDigests(folder);
    const changed = (['weights', 'tokenizer', 'template', 'config'] as const).filter(
      (part) => digests[part] !== original[part],
    );
    expect(changed, name).toEqual(expected);
  }
});

test('digests merges in their order', async () => {
  const folder = await copy();
  const withMerges = async (merges: string[][]) => {
    await edit(folder, 'tokenizer.json', (json) => ({
      ...json,
      model: { ...(json['model'] as Json), merges },
    }));
    return (await readModelDigests(folder)).tokenizer;
  };
  const first = await withMerges([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(
    await withMerges([
      ['c', 'd'],
      ['a', 'b'],
    ]),
  ).not.toBe(first);
});

test('gives a GGUF file digests of its parts', async () => {
  const digests = await readModelDigests(`${golden}.gguf`);
  for (const digest of Object.values(digests)) expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect((await read(`${golden}.gguf`)).digests).toEqual(digests);
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { ConfigFaultsError } from '../../../../engine/config/config-faults.ts';
import { ConfigManager } from '../../../../engine/config/config-manager.ts';
import { configTable } from '../../../../engine/config/config-table.ts';
import { variablesOf } from '../../../../engine/config/environment.ts';
import { EngineError } from '../../../../engine/errors.ts';

let folder: string;
test.beforeAll(() => {
  folder = test.info().outputPath();
});

let files = 0;
function fileOf(...lines: readonly string[]): string {
  const path = join(folder, `${files++}.yaml`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const load = (lines: readonly string[], env: Record<string, string> = {}): ConfigManager =>
  new ConfigManager(fileOf(...lines), { env });

function faultsOf(lines: readonly string[], env: Record<string, string> = {}): ConfigFaultsError {
  try {
    load(lines, env);
  } catch (error) {
    if (error instanceof ConfigFaultsError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const NAME = ['model:', '  name: gpt2'];

test('reads typed sections from YAML', () => {
  const config = load([
    'model:',
    '  name: gpt2',
    '  cache_dir: ./cache',
    '  device: cpu',
    'training:',
    '  output_dir: ./output',
    '  num_train_epochs: 3',
    'data:',
    '  train_file: train.jsonl',
  ]);
  expect(config.model.name).toBe('gpt2');
  expect(config.model.device).toBe('cpu');
  expect(config.training.num_train_epochs).toBe(3);
  expect(config.data.train_file).toBe('train.jsonl');
  expect(config.warnings).toEqual([]);
});

test('fills in the defaults of what the file leaves out', () => {
  const config = load(NAME);
  expect(config.training).toMatchObject({
    method: 'sft',
    learning_rate: 5e-5,
    per_device_train_batch_size: 2,
    max_steps: -1,
    save_total_limit: null,
  });
  expect(config.data.max_length).toBe(128);
  expect(config.serving).toMatchObject({ host: '127.0.0.1', port: 8001, api_key: null, cors_origins: ['*'] });
  expect(config.model.init).toBeNull();
  expect(config.lora).toBeNull();
});

test('gives each configuration defaults of its own', () => {
  load(NAME).serving.cors_origins.push('https://example.org');
  expect(load(NAME).serving.cors_origins).toEqual(['*']);
});

test('fills an optional section as soon as one of its keys is given', () => {
  expect(load([...NAME, 'lora:', '  r: 4']).lora).toEqual({
    r: 4,
    lora_alpha: 32,
    lora_dropout: 0.1,
    target_modules: ['q_proj', 'v_proj'],
    merge: false,
  });
  expect(load(NAME, { LORA_R: '4' }).lora?.r).toBe(4);
});

test('accepts any training method: the orchestrator knows which there are', () => {
  expect(load([...NAME, 'training:', '  method: invalid_method']).training.method).toBe('invalid_method');
});

test('names the file when there is none', () => {
  expect(() => new ConfigManager('nonexistent_config.yaml', { env: {} })).toThrow(
    expect.objectContaining({ code: 'E_CONFIG_NOT_FOUND', exit: 2 }),
  );
  expect(() => new ConfigManager('nonexistent_config.yaml', { env: {} })).toThrow(/nonexistent_config\.yaml/);
  expect(() => new ConfigManager(folder, { env: {} })).toThrow(EngineError);
});

test('reports all faults at once, each with path, line, value and what is allowed', () => {
  const error = faultsOf([
    'model:',
    "  name: ''",
    '  device: invalid_device',
    'training:',
    '  learning_rate: fast',
    '  per_device_train_batch_size: 1.5',
    '  learnin_rate: 1e-4',
    'serving:',
    '  port: 65536',
    '  max_length: 3',
  ]);
  expect(error.code).toBe('E_CONFIG_INVALID');
  expect(error.exit).toBe(2);
  expect(error.faults.map(({ path, line }) => [path, line])).toEqual([
    ['model.name', 2],
    ['model.device', 3],
    ['training.learning_rate', 5],
    ['training.per_device_train_batch_size', 6],
    ['training.learnin_rate', 7],
    ['serving.port', 9],
    ['serving.max_length', 10],
  ]);
  for (const part of [
    'has 7 faults',
    'line 2: model.name is "". Expected text with at least one character.',
    'line 3: model.device is "invalid_device". Expected one of auto, cpu, webgpu, cuda.',
    'training.learning_rate is "fast". Expected a number above 0.',
    'training.learnin_rate is not a known key. Did you mean training.learning_rate?',
    'serving.port is 65536. Expected a whole number of at least 0 and at most 65535.',
    'serving.max_length is not a known key. Did you mean data.max_length?',
  ]) {
    expect(error.message).toContain(part);
  }
});

test('refuses what is no configuration', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[''], /model\.name is missing/],
    [['model:'], /model\.name is missing/],
    [['- a'], /the file is \["a"\]\. Expected a section/],
    [['model: gpt2'], /model is "gpt2"\. Expected a section/],
    [['model: {name: gpt2', 'x'], /line \d: not valid YAML/],
    [['model:', '  name: gpt2', '  name: gpt3'], /line 3: not valid YAML: Map keys must be unique/],
    [['a: &a [1,1,1,1,1,1,1,1,1,1]', ...alias(10)], /not valid YAML: Excessive alias count/],
    [['model:', '  name: 12'], /line 2: model\.name is 12\. .* Put it in quotes/],
    [['model:', '  name:'], /line 2: model\.name is empty/],
    [[...NAME, 'training:', '  seed: .nan'], /training\.seed/],
    [[...NAME, 'training:', '  adam_beta1: 1'], /Expected a number of at least 0 and below 1/],
    [[...NAME, '__proto__:', '  a: 1'], /__proto__ is not a known key/],
    [[...NAME, 'lora:', '  constructor: 1'], /lora\.constructor is not a known key/],
    [[...NAME, 'trainng:', '  seed: 1'], /Did you mean training\?/],
    [[...NAME, '  deviceMap: 1'], /model\.deviceMap is not a known key/],
    [[...NAME, 'training:', '  numTrainEpochs: 1'], /Did you mean training\.num_train_epochs\?/],
    [[...NAME, 'serving:', '  cors_origins: [1]'], /Expected a list of texts/],
    [[...NAME, 'serving:', '  enable_auth: true'], /there is no key\. Set SERVING_API_KEY/],
    [[...NAME, '  init: {vocab_size: 8}'], /line 3: model\.init\.hidden_size is missing/],
  ];
  for (const [lines, message] of cases) {
    expect(faultsOf(lines).message, lines.join('\n')).toMatch(message);
  }
});

/** Lines in which each anchor holds the one before ten times. */
function alias(depth: number): string[] {
  const names = 'abcdefghijk';
  return Array.from({ length: depth }, (_, i) => {
    const before = Array.from({ length: 10 }, () => `*${names[i]!}`).join(',');
    return `${names[i + 1]!}: &${names[i + 1]!} [${before}]`;
  });
}

test('holds a new model to a shape that attention can have', () => {
  const init = (...lines: readonly string[]): string[] => [
    ...NAME,
    '  init:',
    '    vocab_size: 8',
    '    intermediate_size: 8',
    '    num_hidden_layers: 1',
    ...lines.map((line) => `    ${line}`),
  ];
  expect(load(init('hidden_size: 8', 'num_attention_heads: 2')).model.init?.rope_theta).toBe(10_000);
  expect(faultsOf(init('hidden_size: 9', 'num_attention_heads: 3')).message).toMatch(/even multiple/);
  const grouped = init('hidden_size: 12', 'num_attention_heads: 3', 'num_key_value_heads: 2');
  expect(faultsOf(grouped).message).toMatch(/multiple of num_key_value_heads, which is 2/);
});

test('lets the environment override a key, parsed to its type', () => {
  const config = load([...NAME, 'training:', '  learning_rate: 1e-4', '  seed: wrong'], {
    TRAINING_LEARNING_RATE: '5e-5',
    TRAINING_SEED: '7',
    MODEL_INIT_VOCAB_SIZE: '300',
    MODEL_INIT_HIDDEN_SIZE: '8',
    MODEL_INIT_INTERMEDIATE_SIZE: '16',
    MODEL_INIT_NUM_HIDDEN_LAYERS: '1',
    MODEL_INIT_NUM_ATTENTION_HEADS: '2',
    MODEL_INIT_TIE_WORD_EMBEDDINGS: 'false',
    SERVING_CORS_ORIGINS: 'https://a.example, https://b.example',
    SERVING_API_KEY: '123',
  });
  expect(config.training.learning_rate).toBe(5e-5);
  expect(config.training.seed).toBe(7);
  expect(config.model.init).toMatchObject({ vocab_size: 300, tie_word_embeddings: false });
  expect(config.serving.cors_origins).toEqual(['https://a.example', 'https://b.example']);
  expect(config.serving.api_key).toBe('123');
  expect(config.warnings).toEqual([]);
});

test('takes the values themselves in place of a file, with the same checks', () => {
  const values = { model: { name: 'tiny-chat' } };
  const config = new ConfigManager(values, { env: { SERVING_PORT: '0' } });
  expect([config.path, config.model.name, config.serving.port]).toEqual([null, 'tiny-chat', 0]);
  config.model.name = 'other';
  expect(values.model.name).toBe('tiny-chat');
  expect(() => new ConfigManager({ model: { name: '' } }, { env: {} })).toThrow(/model\.name is ""/);
});

test('gives every key a variable of its own', () => {
  const variables = variablesOf(configTable.keys);
  expect(new Set(variables).size).toBe(variables.length);
  expect(variables).toContain('TRAINING_LEARNING_RATE');
});

test('names the variable whose value is at fault', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['TRAINING_LEARNING_RATE', 'fast'],
    ['TRAINING_LEARNING_RATE', ''],
    ['TRAINING_LEARNING_RATE', '0x10'],
    ['TRAINING_LEARNING_RATE', 'Infinity'],
    ['TRAINING_SEED', '1.5'],
    ['MODEL_DEVICE', 'tpu'],
    ['MODEL_NAME', ' '],
    ['SERVING_ENABLE_AUTH', 'perhaps'],
    ['SERVING_CORS_ORIGINS', 'https://a.example,,'],
  ];
  for (const [variable, value] of cases) {
    const error = faultsOf(NAME, { [variable]: value });
    expect(error.faults.map(({ path }) => path)).toEqual([variable]);
    expect(error.message).toContain(
      `environment variable ${variable} is ${JSON.stringify(value)}. Expected `,
    );
  }
});

test('never shows a key, and refuses one that no header can carry', () => {
  for (const key of ['', 'hush hush', 'hush\n', 'häsch']) {
    const error = faultsOf(NAME, { SERVING_API_KEY: key });
    expect(error.message).toContain('environment variable SERVING_API_KEY is not usable');
    expect(error.message).not.toContain('hush');
  }
  const error = faultsOf([...NAME, 'serving:', '  api_key: 99887766']);
  expect(error.message).toContain('serving.api_key is not usable');
  expect(error.message).not.toContain('99887766');
});

test('warns about variables that nearly spell a key, without their values', () => {
  const { warnings } = load(NAME, {
    TRAINING_LEARNIN_RATE: 'secret',
    SERVING_APIKEY: 'secret',
    training_seed: 'secret',
    PATH: '/usr/bin',
    HF_HOME: '/x',
    MODEL_REGISTRY_URL: 'x',
    npm_config_cache: '/y',
  });
  expect(warnings).toEqual([
    'environment variable TRAINING_LEARNIN_RATE is ignored; did you mean TRAINING_LEARNING_RATE?',
    'environment variable SERVING_APIKEY is ignored; did you mean SERVING_API_KEY?',
    'environment variable training_seed is ignored; did you mean TRAINING_SEED?',
  ]);
});

test('accepts the backend of the source document with a notice', () => {
  const config = load([...NAME, 'serving:', '  backend: pytorch']);
  expect(config.serving.backend).toBe('pytorch');
  expect(config.warnings).toEqual([expect.stringContaining('served by ONNX Runtime')]);
});

test('says so when a key is given and authentication turned off', () => {
  const config = load([...NAME, 'serving:', '  enable_auth: false'], { SERVING_API_KEY: 'k' });
  expect(config.warnings).toEqual(['serving.enable_auth is false: the key is not asked for.']);
});

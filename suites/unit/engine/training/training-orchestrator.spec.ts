import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { ConfigManager, type Config } from '../../../../engine/index.ts';
import { TrainingOrchestrator } from '../../../../engine/training/training-orchestrator.ts';
import { microConfig, writeLines } from '../../../integration/micro-training.ts';

let folder: string;
test.beforeEach(() => {
  folder = test.info().outputPath();
});

const lines = [
  { input: 'Hello', output: 'Hi there!' },
  { input: 'How are you?', output: "I'm doing well!" },
  { input: 'Goodbye', output: 'See you later!' },
];

function configWith(change: (config: Config) => void = () => {}): Config {
  const config = new ConfigManager(microConfig(folder, lines, { max_steps: 2, logging_steps: 1 }), {
    env: {},
  });
  change(config);
  return config;
}

test('holds its configuration, a model manager and an experiment tracker', () => {
  const config = configWith();
  const orchestrator = new TrainingOrchestrator(config);
  expect(orchestrator.config).toBe(config);
  expect(orchestrator.modelManager.config).toBe(config.model);
  expect(orchestrator.modelManager.model).toBeNull();
  expect(orchestrator.experimentTracker.path).toBe(join(folder, 'output', 'training-log.jsonl'));
});

test('prepares and trains; the model manager then holds the model it began with', async () => {
  const orchestrator = new TrainingOrchestrator(configWith(), { threads: 1 });
  const trainer = await orchestrator.prepareTraining();
  expect(trainer.totalSteps).toBe(2);
  expect(orchestrator.modelManager.tokenizer?.encode('<|user|>', false)).toEqual([1]);
  const result = await orchestrator.executeTraining(trainer);
  expect(result).toMatchObject({
    steps: 2,
    interrupted: false,
    evalLoss: null,
    path: join(folder, 'output'),
  });
  expect(Number.isFinite(result.trainLoss)).toBe(true);
});

test('executes the trainer it is given', async () => {
  const result = { trainLoss: 0.5 } as Awaited<ReturnType<TrainingOrchestrator['executeTraining']>>;
  expect(await new TrainingOrchestrator(configWith()).executeTraining({ train: async () => result })).toBe(
    result,
  );
});

test('logs loss, learning rate, speed and gradient norm', async () => {
  const orchestrator = new TrainingOrchestrator(
    configWith((config) => {
      config.training = { ...config.training, evaluation_strategy: 'epoch' };
      config.data = {
        ...config.data,
        validation_file: writeLines(join(folder, 'val.jsonl'), lines.slice(0, 1)),
      };
    }),
    { threads: 1 },
  );
  const { evalLoss } = await orchestrator.executeTraining();
  const log = await orchestrator.experimentTracker.read();
  expect(log[0]).toEqual({
    step: 1,
    epoch: expect.any(Number),
    loss: expect.any(Number),
    learningRate: 0,
    tokensPerSecond: expect.any(Number),
    gradNorm: expect.any(Number),
  });
  expect(log.at(-1)).toEqual({ step: 2, epoch: expect.any(Number), evalLoss });
});

test('refuses what it cannot do, each with its code', async () => {
  const table: { change: (config: Config) => void; code: string; message: string }[] = [
    {
      change: (config) => (config.training = { ...config.training, method: 'invalid_method' }),
      code: 'E_TRAINING_METHOD',
      message: 'Unsupported training method "invalid_method". Expected one of sft, dpo, pretrain.',
    },
    {
      change: (config) => (config.data = { ...config.data, train_file: null }),
      code: 'E_CONFIG_INVALID',
      message: 'data.train_file is missing',
    },
    {
      change: (config) => (config.training = { ...config.training, evaluation_strategy: 'epoch' }),
      code: 'E_CONFIG_INVALID',
      message: 'data.validation_file is missing',
    },
    {
      change: (config) => (config.data = { ...config.data, max_length: 4096 }),
      code: 'E_CONFIG_INVALID',
      message: 'data.max_length is 4096, but the model has 128 positions',
    },
    {
      change: (config) => (config.data = { ...config.data, max_length: 2 }),
      code: 'E_TRAINING_DATA',
      message: 'no example has anything to learn within data.max_length',
    },
    {
      change: (config) => (config.model = { ...config.model, init: null, name: join(folder, 'nowhere') }),
      code: 'E_MODEL_NOT_FOUND',
      message: 'nowhere',
    },
    {
      change: (config) => (config.model = { ...config.model, device: 'cuda' }),
      code: 'E_DEVICE_UNAVAILABLE',
      message: 'the device cuda does not work here',
    },
    {
      change: (config) =>
        (config.lora = { r: 4, lora_alpha: 8, lora_dropout: 0, target_modules: ['q_proj'], merge: false }),
      code: 'E_CONFIG_INVALID',
      message: 'lora: a new model has nothing to adapt',
    },
    {
      change: (config) => (config.training = { ...config.training, early_stopping_patience: 2 }),
      code: 'E_CONFIG_INVALID',
      message: 'training.early_stopping_patience need a validation loss',
    },
  ];
  for (const { change, code, message } of table) {
    const orchestrator = new TrainingOrchestrator(configWith(change));
    await expect(orchestrator.prepareTraining(), message).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  }
});

test('stops when the loss is no number, naming the step and its examples', async () => {
  const orchestrator = new TrainingOrchestrator(
    configWith((config) => {
      config.training = {
        ...config.training,
        learning_rate: 1e30,
        warmup_steps: 0,
        max_steps: 9,
        save_steps: 1,
      };
    }),
    { threads: 1 },
  );
  await expect(orchestrator.executeTraining()).rejects.toMatchObject({
    code: 'E_TRAINING_DIVERGED',
    message: expect.stringMatching(
      /^step [23]: loss \S+, gradient norm (NaN|Infinity), on examples [123](, [123])*; last checkpoint .+checkpoint-[12]$/,
    ),
  });
});

test('stops when the validation loss is no number, and writes no model', async () => {
  const output = join(folder, 'diverged-at-the-end');
  const orchestrator = new TrainingOrchestrator(
    configWith((config) => {
      config.training = {
        ...config.training,
        output_dir: output,
        learning_rate: 1e39,
        warmup_steps: 0,
        max_steps: 1,
        evaluation_strategy: 'steps',
        eval_steps: 1,
      };
      config.data = {
        ...config.data,
        validation_file: writeLines(join(folder, 'val.jsonl'), lines.slice(0, 1)),
      };
    }),
    { threads: 1 },
  );
  await expect(orchestrator.executeTraining()).rejects.toMatchObject({
    code: 'E_TRAINING_DIVERGED',
    message: 'after step 1: validation loss NaN; no checkpoint was written',
  });
  expect(existsSync(join(output, 'config.json'))).toBe(false);
});

test('trains on plain texts with the method pretrain', async () => {
  const orchestrator = new TrainingOrchestrator(
    configWith((config) => {
      config.training = { ...config.training, method: 'pretrain' };
      const texts = [{ text: 'The quick brown fox jumps over the lazy dog. '.repeat(30) }];
      config.data = { ...config.data, train_file: writeLines(join(folder, 'texts.jsonl'), texts) };
    }),
    { threads: 1 },
  );
  expect((await orchestrator.executeTraining()).steps).toBe(2);
});

test('tells of examples that were cut or left out', async () => {
  const notices: string[] = [];
  const config = configWith((changed) => {
    const long = { input: 'a', output: 'b c d e f g h i j k l m n o p q r s t u v w x y z' };
    const file = writeLines(join(folder, 'long.jsonl'), [
      ...lines,
      long,
      { input: long.output, output: 'x' },
    ]);
    changed.data = { ...changed.data, train_file: file, max_length: 20 };
  });
  await new TrainingOrchestrator(config, { onNotice: (notice) => notices.push(notice) }).prepareTraining();
  expect(notices).toEqual([
    expect.stringContaining('examples were cut at data.max_length'),
    expect.stringContaining('examples had no answer left and were left out'),
    expect.stringMatching(/^needs about 0\.\d+ GB of memory, [\d.]+ GB free/),
  ]);
});

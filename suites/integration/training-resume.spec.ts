/** An interrupted run goes on as if nothing had happened. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  ConfigManager,
  TrainingOrchestrator,
  type TrainingConfig,
  type TrainingOptions,
} from '../../engine/index.ts';
import { filesOfModel, microConfig, writeLines } from './micro-training.ts';

const lines = Array.from({ length: 40 }, (_, i) => ({
  input: `What is ${i} plus ${i % 7}?`,
  output: `${i} plus ${i % 7} is ${i + (i % 7)}.`,
}));

let folder: string;
test.beforeEach(() => {
  folder = test.info().outputPath();
});

function train(output: string, options: TrainingOptions = {}, changes: Partial<TrainingConfig> = {}) {
  const file = microConfig(
    folder,
    lines,
    {
      output_dir: join(folder, output),
      max_steps: 24,
      logging_steps: 5,
      save_steps: 7,
      evaluation_strategy: 'steps',
      eval_steps: 6,
      ...changes,
    },
    { validation_file: writeLines(join(folder, 'validation.jsonl'), lines.slice(0, 5)) },
  );
  const config = new ConfigManager(file, { env: {} });
  return new TrainingOrchestrator(config, { threads: 1, ...options }).executeTraining();
}

const contents = (output: string) => filesOfModel(join(folder, output));

/** Aborts when the given step has been taken. */
function stopAfter(step: number): TrainingOptions {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onStatus: (status) => {
      if (status.step === step) controller.abort();
    },
  };
}

test('interrupted twice and resumed, training ends with the same bytes', async () => {
  const whole = await train('whole');
  // Step 10 is between two log lines, two checkpoints and two evaluations; step 17 is in another epoch.
  const first = await train('parts', stopAfter(10));
  expect(first).toMatchObject({ interrupted: true, steps: 10, path: join(folder, 'parts', 'checkpoint-10') });
  const second = await train('parts', { ...stopAfter(17), resumeFrom: first.path });
  expect(second).toMatchObject({ interrupted: true, steps: 17 });
  const last = await train('parts', { resumeFrom: second.path });
  expect(contents('parts')).toEqual(contents('whole'));
  expect(last).toMatchObject({
    interrupted: false,
    trainLoss: whole.trainLoss,
    evalLoss: whole.evalLoss,
    tokens: whole.tokens,
  });
});

test('the same seed trains the same model, another seed another', async () => {
  const short = { max_steps: 3, evaluation_strategy: 'no' } as const;
  await train('a', {}, short);
  await train('b', {}, short);
  await train('c', {}, { ...short, seed: 43 });
  expect(contents('b')).toEqual(contents('a'));
  expect(contents('c')['model.safetensors']).not.toEqual(contents('a')['model.safetensors']);
});

test('keeps the newest checkpoints, and each is a whole model', async () => {
  await train('kept', {}, { save_steps: 5, save_total_limit: 2, evaluation_strategy: 'no' });
  const checkpoints = readdirSync(join(folder, 'kept')).filter((name) => name.startsWith('checkpoint-'));
  expect(checkpoints.toSorted()).toEqual(['checkpoint-15', 'checkpoint-20']);
  const { modelManager } = new TrainingOrchestrator(
    new ConfigManager(microConfig(folder, lines), { env: {} }),
  );
  const { content } = await modelManager.loadModelFromCheckpoint(join(folder, 'kept', 'checkpoint-15'));
  expect(content.weights.size).toBe(20);
  expect(readdirSync(join(folder, 'kept')).filter((name) => name.includes('.tmp'))).toEqual([]);
});

test('refuses to resume with other data, and says what changed', async () => {
  const { path } = await train('changed', stopAfter(2));
  await expect(train('changed', { resumeFrom: path }, { seed: 7 })).rejects.toMatchObject({
    code: 'E_CONFIG_INVALID',
    message: expect.stringMatching(/^checkpoint-2 was made with other data: seed was 42, is 7$/),
  });
});

test('refuses to resume from a folder that is no checkpoint', async () => {
  await train('plain', {}, { max_steps: 1, evaluation_strategy: 'no' });
  expect(existsSync(join(folder, 'plain', 'config.json'))).toBe(true);
  await expect(train('plain', { resumeFrom: join(folder, 'plain') })).rejects.toMatchObject({
    code: 'E_CHECKPOINT_INVALID',
    message: expect.stringContaining('has no trainer_state.json'),
  });
});

test('fine-tunes a trained model further, with its own tokenizer', async () => {
  const { path } = await train('base', {}, { evaluation_strategy: 'no' });
  const file = microConfig(folder, lines, { output_dir: join(folder, 'tuned'), max_steps: 10 });
  const config = new ConfigManager(file, { env: {} });
  config.model = { ...config.model, name: path, init: null };
  const losses: number[] = [];
  await new TrainingOrchestrator(config, {
    threads: 1,
    onStatus: ({ loss }) => losses.push(loss),
  }).executeTraining();
  // A new model starts near ln(320) = 5.8.
  expect(losses[0]).toBeLessThan(4.5);
  expect(contents('tuned')['tokenizer.json']).toEqual(contents('base')['tokenizer.json']);
});

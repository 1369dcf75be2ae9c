/** Adapters and preferences from the configuration to the result: interruptions, merging, the best checkpoint. */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  ConfigManager,
  loadModel,
  TrainingOrchestrator,
  type LoraConfig,
  type TrainingConfig,
  type TrainingOptions,
} from '../../engine/index.ts';
import { openDecoder, type OpenedModel } from '../../engine/inference/open-decoder.ts';
import golden from '../../fixtures/golden/training/curves.json' with { type: 'json' };
import { tinyModel, writeTinyModel } from '../helpers/tiny-architectures.ts';
import { filesOfModel, writeLines } from './micro-training.ts';

const lora = { r: 3, lora_alpha: 6, lora_dropout: 0.2, target_modules: ['all-linear'] };

let folder: string;
test.beforeEach(() => {
  folder = test.info().outputPath();
});

interface Run {
  readonly training: Partial<TrainingConfig>;
  readonly lora?: Partial<LoraConfig>;
  readonly model?: string;
}

async function configOf(output: string, run: Run): Promise<ConfigManager> {
  const model = await writeTinyModel(join(folder, 'model'), tinyModel(run.model ?? 'qwen2-everywhere'));
  writeFileSync(join(model, 'chat_template.jinja'), golden.template);
  const data = run.training.method === 'dpo' ? golden.dpo : golden.sft;
  return new ConfigManager(
    {
      model: { name: model },
      training: {
        output_dir: join(folder, output),
        learning_rate: 5e-3,
        logging_steps: 2,
        save_steps: 4,
        evaluation_strategy: 'steps',
        eval_steps: 3,
        ...run.training,
      },
      data: {
        train_file: writeLines(join(folder, 'train.jsonl'), data),
        validation_file: writeLines(join(folder, 'validation.jsonl'), data.slice(0, 5)),
        max_length: 48,
      },
      ...(run.lora && { lora: run.lora }),
    },
    { env: {} },
  );
}

async function train(output: string, run: Run, options: TrainingOptions = {}) {
  const config = await configOf(output, run);
  return new TrainingOrchestrator(config, { threads: 1, ...options }).executeTraining();
}

/** Files of a result, without speeds. */
const contents = (output: string) => filesOfModel(join(folder, output));

function stopAfter(step: number): TrainingOptions {
  const controller = new AbortController();
  const onStatus = (status: { readonly step: number }) => {
    if (status.step === step) controller.abort();
  };
  return { signal: controller.signal, onStatus };
}

const runs: Record<string, Run> = {
  'adapters with dropout, gradients of two batches': {
    training: { max_steps: 10, gradient_accumulation_steps: 2 },
    lora,
  },
  'preferences, all weights': {
    training: { method: 'dpo', max_steps: 9, learning_rate: 5e-4 },
    model: 'llama-plain',
  },
  'preferences, adapters with dropout': { training: { method: 'dpo', max_steps: 9 }, lora, model: 'gpt2' },
};

for (const [title, run] of Object.entries(runs)) {
  test(`an interrupted run ends with the same bytes: ${title}`, async () => {
    const whole = await train('whole', run);
    const first = await train('parts', run, stopAfter(5));
    expect(first).toMatchObject({ interrupted: true, steps: 5 });
    const last = await train('parts', run, { resumeFrom: first.path });
    expect(contents('parts')).toEqual(contents('whole'));
    expect(last).toMatchObject({ trainLoss: whole.trainLoss, evalLoss: whole.evalLoss, interrupted: false });
  });
}

test('trains the adapter alone: its checkpoint holds neither the base nor moments of it', async () => {
  const result = await train('adapter', { training: { max_steps: 4 }, lora });
  expect(result).toMatchObject({ kind: 'adapter', parameterCount: 31_520, trainedParameterCount: 2640 });
  const names = readdirSync(join(folder, 'adapter', 'checkpoint-4'));
  expect(names.toSorted((a, b) => a.localeCompare(b))).toEqual([
    'adapter_config.json',
    'adapter_model.safetensors',
    'optimizer.safetensors',
    'tokenizer_config.json',
    'tokenizer.json',
    'trainer_state.json',
  ]);
  const moments = readFileSync(join(folder, 'adapter', 'checkpoint-4', 'optimizer.safetensors'));
  expect(moments.length).toBeLessThan(2 * 4 * 2640 + 8000);
});

async function lastLogits({ decoder }: OpenedModel): Promise<Float32Array> {
  let logits = new Float32Array(0);
  await decoder.prefill(decoder.newCache(), 0, [5, 90, 17, 33], 3, (last) => (logits = last.slice()));
  await decoder.release();
  return logits;
}

const farthest = (a: Float32Array, b: Float32Array) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

async function lastLogitsOf(base: string, adapter: Parameters<typeof openDecoder>[3]) {
  return lastLogits(await openDecoder(base, 'float32', null, adapter));
}

test("goes on from the adapter in the model's folder, which is also what preferences are compared with", async () => {
  const plain = { ...lora, lora_dropout: 0 };
  const first = await train('first', { training: { max_steps: 6 }, lora: plain });
  const own = join(folder, 'model', 'adapter');
  mkdirSync(own);
  for (const name of ['adapter_config.json', 'adapter_model.safetensors'])
    copyFileSync(join(first.path, name), join(own, name));
  // A step too small to be seen: the result is what training began with.
  const training = { method: 'dpo', max_steps: 1, learning_rate: 1e-12 };
  const second = await train('second', { training, lora: plain });
  expect(second.trainLoss).toBeCloseTo(Math.log(2), 5);
  const [before, after] = [first, second].map(({ path }) =>
    lastLogitsOf(join(folder, 'model'), { path, merged: false }),
  ) as [Promise<Float32Array>, Promise<Float32Array>];
  expect(farthest(await before, await after)).toBeLessThan(1e-6);
  expect(
    farthest(await before, await lastLogitsOf(join(folder, 'model'), { path: null, merged: false })),
  ).toBeGreaterThan(0.1);
  await expect(train('other', { training, lora: { ...plain, r: 5 } })).rejects.toMatchObject({
    code: 'E_CONFIG_INVALID',
    message: expect.stringMatching(/^lora\.r is 5, but the model's adapter has rank 3/),
  });
  await expect(
    train('fewer', { training, lora: { ...plain, target_modules: ['q_proj'] } }),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/leaves out .+ which the model's adapter adapts/),
  });
});

test('merged on request, the model answers as base and adapter do together', async () => {
  const run = { training: { max_steps: 6 }, model: 'gpt2' };
  const apart = await train('apart', { ...run, lora });
  const merged = await train('merged', { ...run, lora: { ...lora, merge: true } });
  expect([apart.kind, merged.kind]).toEqual(['adapter', 'model']);
  const base = join(folder, 'model');
  const together = await lastLogits(
    await openDecoder(base, 'float32', null, { path: apart.path, merged: false }),
  );
  const alone = await lastLogits(await openDecoder(merged.path, 'float32', null));
  const before = await lastLogits(await openDecoder(base, 'float32', null));
  const apartBy = (other: Float32Array) =>
    Math.max(...together.map((value, i) => Math.abs(value - other[i]!)));
  expect(apartBy(alone)).toBeLessThan(1e-5);
  expect(apartBy(before)).toBeGreaterThan(0.1);
  const model = await loadModel(merged.path);
  expect((await model.generate({ prompt: 'salt?', maxTokens: 2 })).tokens.length).toBeGreaterThan(0);
  await model.close();
});

test('stops when the validation loss no longer falls, and gives the checkpoint with the lowest', async () => {
  const training = {
    // So high a rate that the loss rises after a few steps.
    learning_rate: 0.3,
    max_steps: 60,
    eval_steps: 1,
    save_steps: 1000,
    save_total_limit: 1,
    early_stopping_patience: 3,
    load_best_model_at_end: true,
  };
  const run = { training, lora: { ...lora, lora_dropout: 0 } };
  const result = await train('early', run);
  expect(result).toMatchObject({ stoppedEarly: true, interrupted: false });
  expect(result.steps).toBeLessThan(60);
  expect(result.resultStep).toBe(result.steps - 3);
  const best = join(folder, 'early', `checkpoint-${result.resultStep}`);
  const file = 'adapter_model.safetensors';
  expect(readFileSync(join(folder, 'early', file))).toEqual(readFileSync(join(best, file)));
});

test('refuses to resume where the checkpoint lost what the reference model said', async () => {
  const run = { training: { method: 'dpo', max_steps: 8 } };
  const first = await train('lost', run, stopAfter(2));
  rmSync(join(first.path, 'reference.safetensors'));
  await expect(train('lost', run, { resumeFrom: first.path })).rejects.toMatchObject({
    code: 'E_CHECKPOINT_INVALID',
    message: 'the checkpoint does not hold what the reference model said of the train data',
  });
});

test('refuses to resume an adapter with another rank', async () => {
  const first = await train('rank', { training: { max_steps: 8 }, lora }, stopAfter(2));
  const run = { training: { max_steps: 8 }, lora: { ...lora, r: 5 } };
  await expect(train('rank', run, { resumeFrom: first.path })).rejects.toMatchObject({
    code: 'E_CHECKPOINT_INVALID',
    message: expect.stringMatching(/lora_A\.weight is \(3, 32\), expected \(5, 32\)$/),
  });
});

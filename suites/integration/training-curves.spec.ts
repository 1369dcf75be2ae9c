/** Fine-tuning gives the losses and the model of TRL and PEFT: same files, same hyperparameters, same first values. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { ConfigManager, TrainingOrchestrator } from '../../engine/index.ts';
import { openDecoder } from '../../engine/inference/open-decoder.ts';
import golden from '../../fixtures/golden/training/curves.json' with { type: 'json' };
import { logitStride, tinyModel, writeTinyModel } from '../helpers/tiny-architectures.ts';
import { writeLines } from './micro-training.ts';

interface GoldenCurve {
  readonly name: string;
  readonly model: string;
  readonly method: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly lora: { r: number; lora_alpha: number; lora_dropout: number; target_modules: string[] } | null;
  readonly losses: readonly number[];
  readonly rates: readonly number[];
  readonly probe: readonly number[];
  readonly logits: readonly number[];
}

const cases: readonly GoldenCurve[] = golden.cases;

/** Keys of TRL that have another name here. */
function trainingSettings({ settings, method }: GoldenCurve): Record<string, unknown> {
  const { loss_type, beta = 0.1, lr_scheduler_type, ...rest } = settings;
  return {
    method: method.slice(0, 3),
    packing: false,
    logging_steps: 1,
    dpo_beta: beta,
    dpo_length_normalised: JSON.stringify(loss_type) === '["sigmoid_norm"]',
    lr_scheduler_type: lr_scheduler_type === 'constant_with_warmup' ? 'constant' : lr_scheduler_type,
    ...rest,
  };
}

for (const curve of cases) {
  test(`follows TRL for fifty steps: ${curve.name}`, async () => {
    const folder = test.info().outputPath();
    const model = await writeTinyModel(join(folder, 'model'), tinyModel(curve.model));
    writeFileSync(join(model, 'chat_template.jinja'), golden.template);
    const data = curve.method.startsWith('sft') ? golden.sft : golden.dpo;
    const output = join(folder, 'output');
    const config = new ConfigManager(
      {
        model: { name: model },
        training: { output_dir: output, ...trainingSettings(curve) },
        data: {
          train_file: writeLines(join(folder, 'train.jsonl'), data),
          max_length: golden.maxLength,
          shuffle: false,
        },
        ...(curve.lora && { lora: curve.lora }),
      },
      { env: {} },
    );
    const losses: number[] = [];
    const rates: number[] = [];
    const result = await new TrainingOrchestrator(config, {
      threads: 1,
      onStatus: ({ loss, learningRate }) => {
        losses.push(loss);
        rates.push(learningRate);
      },
    }).executeTraining();
    expect(result).toMatchObject({ steps: 50, kind: curve.lora ? 'adapter' : 'model' });

    const { decoder } = curve.lora
      ? await openDecoder(model, 'float32', null, { path: output, merged: true })
      : await openDecoder(output, 'float32', null);
    let logits = new Float32Array(0);
    await decoder.prefill(decoder.newCache(), 0, curve.probe, curve.probe.length - 1, (last) => {
      logits = last.slice();
    });
    await decoder.release();

    const apart = (own: readonly number[], theirs: readonly number[]) =>
      Math.max(...theirs.map((value, i) => Math.abs(value - own[i]!)));
    const differences = {
      rate: apart(rates, curve.rates),
      loss: apart(losses, curve.losses),
      logits: apart(
        curve.logits.map((_, i) => logits[i * logitStride]!),
        curve.logits,
      ),
    };
    test.info().annotations.push({ type: 'difference', description: JSON.stringify(differences) });
    expect(differences.rate).toBeLessThan(1e-12);
    expect(differences.loss).toBeLessThan(1e-4);
    expect(differences.logits).toBeLessThan(1e-3);
  });
}

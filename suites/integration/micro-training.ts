/** Configuration of a model that trains in seconds. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { DataConfig, TrainingConfig } from '../../engine/index.ts';

export function writeLines(path: string, lines: readonly unknown[]): string {
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

/** Writes train.jsonl and config.yaml into the folder; returns the path of the latter. */
export function microConfig(
  folder: string,
  lines: readonly unknown[],
  training: Partial<TrainingConfig> = {},
  data: Partial<DataConfig> = {},
): string {
  const config = {
    model: {
      name: 'micro',
      init: {
        vocab_size: 320,
        hidden_size: 64,
        intermediate_size: 128,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        max_position_embeddings: 128,
      },
    },
    training: {
      output_dir: join(folder, 'output'),
      per_device_train_batch_size: 2,
      learning_rate: 3e-3,
      lr_scheduler_type: 'cosine',
      warmup_steps: 4,
      ...training,
    },
    data: { train_file: writeLines(join(folder, 'train.jsonl'), lines), max_length: 64, ...data },
  };
  const file = join(folder, 'config.yaml');
  writeFileSync(file, stringify(config));
  return file;
}

/** Every file of a model folder that training writes, but for speeds in the log and the folder's own name in the card. */
export function filesOfModel(path: string): Readonly<Record<string, string>> {
  const names = readdirSync(path).filter((name) => !name.startsWith('checkpoint-'));
  return Object.fromEntries(
    names.map((name) => {
      const text = readFileSync(join(path, name), 'latin1').replaceAll(path, '');
      return [name, name.endsWith('.jsonl') ? text.replaceAll(/"tokensPerSecond":\d+/g, '') : text];
    }),
  );
}

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { ConfigManager } from '../../../../engine/index.ts';
import { modelCard, type CardFacts } from '../../../../engine/training/model-card.ts';
import { TrainingOrchestrator } from '../../../../engine/training/training-orchestrator.ts';
import { tinyModel, writeTinyModel } from '../../../helpers/tiny-architectures.ts';
import { microConfig } from '../../../integration/micro-training.ts';

const lines = Array.from({ length: 6 }, (_, i) => ({ input: `What is ${i}?`, output: `${i} is ${i}.` }));

let folder: string;
test.beforeEach(() => {
  folder = test.info().outputPath();
});

const train = (config: object | string) =>
  new TrainingOrchestrator(new ConfigManager(config, { env: {} }), { threads: 1 }).executeTraining();
const cardIn = (output: string) => readFileSync(join(output, 'README.md'), 'utf8');
const matterOf = (card: string): unknown => parse(card.split('---\n')[1]!);
const sha256 = (path: string) => `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;

/** The configuration as the card gives it. */
const configurationOf = (card: string) =>
  parse(/```yaml\n([^]+?)```/.exec(card)![1]!) as { training: { output_dir: string } };

test('a run writes a card with its data, its curve, and a configuration that makes the same weights again', async () => {
  const { path } = await train(microConfig(folder, lines, { max_steps: 3, logging_steps: 1 }));
  const card = cardIn(path);
  expect(matterOf(card)).toMatchObject({ license: 'unknown', library_name: 'transformers', tags: ['sft'] });
  const data = join(folder, 'train.jsonl');
  expect(card).toContain(`| training | \`\`${data}\`\` | 6 | 0 | 0 | \`${sha256(data)}\` |`);
  expect(card).toMatch(/\| step \| training loss \|\n\| --- \| --- \|\n(\| [123] \| \d\.\d{4} \|\n){3}/);
  const again = configurationOf(card);
  again.training.output_dir = join(folder, 'again');
  await train(again);
  expect(sha256(join(folder, 'again', 'model.safetensors'))).toBe(sha256(join(path, 'model.safetensors')));
});

test('an adapter’s card names the base, its digest and the licence that binds', async () => {
  const base = await writeTinyModel(join(folder, 'base'), tinyModel('llama-plain'));
  writeFileSync(join(base, 'README.md'), '---\nlicense: apache-2.0\n---\n');
  const file = microConfig(folder, lines, { max_steps: 1 });
  const lora = { r: 2, lora_alpha: 4, target_modules: ['q_proj'] };
  const sections = parse(readFileSync(file, 'utf8')) as object;
  const { path } = await train({ ...sections, model: { name: base }, lora });
  const card = cardIn(path);
  expect(matterOf(card)).toMatchObject({
    license: 'apache-2.0',
    base_model: base,
    library_name: 'peft',
    tags: ['sft', 'lora'],
  });
  expect(card).toMatch(/\| weights \| `sha256:[0-9a-f]{64}` \|/);
  expect(card).toContain('AutoPeftModelForCausalLM');
});

test('shows at most twenty points of a curve, the last one among them, and names as text', () => {
  const config = new ConfigManager(microConfig(folder, lines), { env: {} });
  const log = Array.from({ length: 1001 }, (_, i) => ({ step: i + 1, epoch: i, loss: 1 / (i + 1) }));
  const facts: CardFacts = {
    sections: config,
    data: [
      {
        use: 'training',
        file: 'a|b`` <b>.jsonl',
        digest: 'sha256:0',
        examples: 1,
        truncated: 0,
        dropped: 0,
      },
    ],
    base: null,
    log,
    result: {
      trainLoss: 1,
      evalLoss: null,
      steps: 1001,
      tokens: 1,
      seconds: 1,
      tokensPerSecond: 1,
      parameterCount: 1,
      trainedParameterCount: 1,
      path: folder,
      kind: 'model',
      resultStep: 1001,
      interrupted: false,
      stoppedEarly: false,
    },
  };
  const card = modelCard(facts);
  const points = card.match(/^\| [\d,]+ \| \d\.\d{4} \|$/gm)!;
  expect(points.length).toBeLessThanOrEqual(20);
  expect(points.at(-1)).toBe('| 1,001 | 0.0010 |');
  expect(card).toContain("``a\\|b'' <b>.jsonl``");
});

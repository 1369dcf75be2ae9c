/** harness train, as a person or a script runs it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parse, stringify } from 'yaml';
import { harness, spawnHarness } from '../helpers/cli.ts';
import { tinyModel, writeTinyModel } from '../helpers/tiny-architectures.ts';
import { microConfig } from './micro-training.ts';

const lines = Array.from({ length: 12 }, (_, i) => ({ input: `What is ${i}?`, output: `${i} is ${i}.` }));

let folder: string;
test.beforeEach(() => {
  folder = test.info().outputPath('a folder');
  mkdirSync(folder);
});

/** Runs the command; sends SIGINT when stderr first shows `shown`. */
async function interruptAt(shown: string, args: readonly string[]) {
  const { process: child, ended } = spawnHarness(args);
  let stderr = '';
  const read = (chunk: Buffer) => {
    stderr += chunk.toString();
    if (!stderr.includes(shown)) return;
    child.stderr?.off('data', read);
    child.kill('SIGINT');
  };
  child.stderr?.on('data', read);
  return await ended;
}

test('trains, with a line a log point on stderr and a summary with the next command on stdout', async () => {
  const config = microConfig(folder, lines, { max_steps: 6, logging_steps: 3 });
  const { code, stdout, stderr } = await harness(['train', '--config', config, '--threads', '1']);
  expect(stderr).toMatch(
    /reading .+train\.jsonl\nneeds about 0\.\d+ GB of memory, [\d.]+ GB free\ntraining for 6 steps\n(step [36]\/6 · loss \d.+\n){2}/,
  );
  expect(stdout).toMatch(/^trained\nparameters {2}94,528\nsteps +6\n/);
  expect(stdout).toContain(`Next: npx harness run --model '${join(folder, 'output')}'`);
  expect(code).toBe(0);
});

test('trains an adapter, with curves for TensorBoard, and says how to use it', async () => {
  const base = await writeTinyModel(join(folder, 'base'), tinyModel('llama-plain'));
  const config = microConfig(folder, lines, { max_steps: 2 });
  const sections = parse(readFileSync(config, 'utf8')) as object;
  const lora = { r: 2, lora_alpha: 4, target_modules: ['q_proj'] };
  writeFileSync(config, stringify({ ...sections, model: { name: base }, lora }));
  const args = ['train', '--config', config, '--threads', '1', '--tensorboard'];
  const { code, stdout } = await harness(args);
  expect(code).toBe(0);
  const output = join(folder, 'output');
  expect(stdout).toMatch(/^trained\nparameters {2}22,688\ntrained {5}256 in the adapter\n/);
  expect(stdout).toContain(`adapter     ${output}\n`);
  const next = [
    `mkdir -p '${join(base, 'adapter')}'`,
    `cp '${join(output, 'adapter_config.json')}' '${join(output, 'adapter_model.safetensors')}' '${join(output, 'training-data.json')}' '${join(base, 'adapter')}'`,
    `npx harness run --model '${base}'`,
  ];
  expect(stdout).toContain(`Next: ${next.join(' && ')}\n`);
  expect(readdirSync(join(output, 'tensorboard'))).toEqual([
    expect.stringMatching(/^events\.out\.tfevents\./),
  ]);
});

test('reads CSV, writes down which file it was, and prints the result as JSON for machines', async () => {
  const csv = join(folder, 'train.csv');
  writeFileSync(
    csv,
    ['input,output', ...lines.map(({ input, output }) => `${input},${output}`), ''].join('\n'),
  );
  const config = microConfig(folder, lines, { max_steps: 2 }, { train_file: csv });
  const { code, stdout } = await harness(['train', '--config', config, '--threads', '1', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ steps: 2, interrupted: false, path: join(folder, 'output') });
  const written = JSON.parse(readFileSync(join(folder, 'output', 'training-data.json'), 'utf8')) as unknown;
  expect(written).toEqual({
    files: [
      {
        name: 'train.csv',
        path: '../train.csv',
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as unknown,
      },
    ],
  });
  expect(code).toBe(0);
});

test('writes a checkpoint on Ctrl-C, exits with 130; the line it prints ends with the weights of no interruption', async () => {
  const whole = join(folder, 'whole');
  mkdirSync(whole);
  const training = { max_steps: 400, logging_steps: 1, save_steps: 1_000_000 };
  const undisturbed = await harness([
    'train',
    '--config',
    microConfig(whole, lines, training),
    '--threads',
    '1',
  ]);
  expect(undisturbed.code).toBe(0);
  const config = microConfig(folder, lines, training);
  const { code, stdout } = await interruptAt('step 2/', ['train', '--config', config, '--threads', '1']);
  expect(code).toBe(130);
  const [, checkpoint] = /Next: npx harness train --config '.+' --resume '(.+)'\n$/.exec(stdout)!;
  const again = ['train', '--config', config, '--threads', '1', '--resume', checkpoint!];
  expect(await harness(again)).toMatchObject({ code: 0 });
  const weightsIn = (path: string) => readFileSync(join(path, 'output', 'model.safetensors'));
  expect(weightsIn(folder).equals(weightsIn(whole))).toBe(true);
});

test('exits with 2 on a configuration or data at fault, and says which line', async () => {
  const config = microConfig(folder, [...lines, { input: 'no output' }]);
  const faulty = await harness(['train', '--config', config]);
  expect(faulty.code).toBe(2);
  expect(faulty.stderr).toMatch(/E_TRAINING_DATA: .+train\.jsonl:13: has "input"/);
  const missing = await harness(['train', '--config', join(folder, 'nowhere.yaml')]);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('E_CONFIG_NOT_FOUND');
});

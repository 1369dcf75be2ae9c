/** Training here beside PyTorch: tokens a second and peak memory of whole processes.
 *
 *      python3 -m venv peers && peers/bin/pip install torch transformers peft gguf
 *      npm run check:training-speed -- peers/bin/python path/to/SmolLM2-135M-Instruct.Q4_1.gguf [job…] [--turns 3]
 *
 *  Both sides train in turns, every turn a process of its own, two threads each, float32, rows without padding: here
 *  the trainer with its data, log and result; there a bare loop over transformers' model (`training-speed.py`). A
 *  turn's figure is the median of its steps after the first two; the table has the medians of the turns, and of the
 *  ratios of turns that follow each other, which what the machine does besides moves least. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigManager } from '../../engine/index.ts';
import { writeHuggingFace } from '../../engine/checkpoint/write-huggingface.ts';
import { TrainableModelManager } from '../../engine/training/trainable-model-manager.ts';
import { writeLines } from '../integration/micro-training.ts';

const THREADS = 2;

const SCRATCH = {
  vocab_size: 4096,
  hidden_size: 256,
  intermediate_size: 704,
  num_hidden_layers: 8,
  num_attention_heads: 8,
  num_key_value_heads: 8,
  max_position_embeddings: 512,
};
const LORA = {
  r: 16,
  lora_alpha: 32,
  lora_dropout: 0,
  target_modules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
};

interface Job {
  readonly name: string;
  readonly rows: number;
  readonly length: number;
  readonly steps: number;
  readonly init?: typeof SCRATCH;
  readonly lora?: typeof LORA;
}

const jobs: readonly Job[] = [
  { name: 'scratch', rows: 8, length: 128, steps: 14, init: SCRATCH },
  { name: 'lora-4x128', rows: 4, length: 128, steps: 8, lora: LORA },
  { name: 'lora-2x512', rows: 2, length: 512, steps: 6, lora: LORA },
  { name: 'full-4x128', rows: 4, length: 128, steps: 6 },
];

interface Turn {
  readonly tokensPerSecond: number;
  readonly peakBytes: number;
}

/** A figure of both sides, and its ratios turn by turn. */
interface Sides {
  readonly here: number;
  readonly there: number;
  readonly ratios: readonly number[];
}

const {
  values: { turns },
  positionals: [python, gguf, ...chosen],
} = parseArgs({ allowPositionals: true, options: { turns: { type: 'string', default: '3' } } });
if (python === undefined || gguf === undefined) {
  throw new Error('training-speed.ts PYTHON SmolLM2-135M-Instruct.Q4_1.gguf [job…]');
}
const home = await mkdtemp(join(tmpdir(), 'training-speed-'));
process.once('exit', () => spawnSync('rm', ['-rf', home]));

/** SmolLM2 as a Hugging Face folder, for neither side to unpack the GGUF file while it is measured. */
async function unpacked(): Promise<string> {
  const folder = join(tmpdir(), 'training-speed-smollm2');
  if (existsSync(join(folder, 'config.json'))) return folder;
  const config = new ConfigManager({ model: { name: resolve(gguf!) } }, { env: {} });
  const { content } = await new TrainableModelManager(config.model).loadModel([], 0);
  mkdirSync(folder, { recursive: true });
  await writeHuggingFace(folder, content, 'float32');
  return folder;
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
};

function turn(command: string, args: readonly string[], { rows, length }: Job): Turn {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.split('\n').slice(-12).join('\n'));
  const { seconds, peakBytes } = JSON.parse(stdout) as { seconds: number[]; peakBytes: number };
  return { tokensPerSecond: (rows * length) / median(seconds.slice(2)), peakBytes };
}

const loader = new URL('../../bin/typescript.js', import.meta.url).pathname;
const worker = new URL('training-speed-worker.ts', import.meta.url).pathname;
const peer = new URL('training-speed.py', import.meta.url).pathname;
const model = await unpacked();
// Enough words for every row of every job to be full.
const words = Array.from({ length: 60_000 }, (_, i) => `w${(i * 7919) % 9973}`).join(' ');
const texts = writeLines(join(home, 'texts.jsonl'), [{ text: words }]);

process.stdout.write('| job | tokens/s here | PyTorch | ratio | peak memory here | PyTorch | ratio |\n');
process.stdout.write('|---|---|---|---|---|---|---|\n');
for (const job of jobs) {
  if (chosen.length > 0 && !chosen.includes(job.name)) continue;
  const { rows, length, steps, init = null, lora = null } = job;
  const ours = join(home, `${job.name}-ours.json`);
  const theirs = join(home, `${job.name}-theirs.json`);
  const config = {
    model: { name: model, ...(init && { name: 'scratch', init }) },
    training: {
      method: 'pretrain',
      output_dir: join(home, job.name),
      per_device_train_batch_size: rows,
      max_steps: steps,
      learning_rate: 1e-4,
      weight_decay: 0.01,
      save_steps: 1000,
    },
    // One more than a row is long: the last token of a row is a target only.
    data: { train_file: texts, max_length: length + 1 },
    ...(lora && { lora }),
  };
  writeFileSync(ours, JSON.stringify({ config, threads: THREADS }));
  writeFileSync(theirs, JSON.stringify({ rows, length, steps, init, lora, model, threads: THREADS }));
  const here: Turn[] = [];
  const there: Turn[] = [];
  for (let round = 0; round < Number(turns); round++) {
    here.push(turn(process.execPath, ['--import', loader, worker, ours], job));
    there.push(turn(python, [peer, theirs], job));
    await rm(join(home, job.name), { recursive: true, force: true });
  }
  const sides = (key: keyof Turn): Sides => ({
    here: median(here.map((each) => each[key])),
    there: median(there.map((each) => each[key])),
    ratios: here.map((each, i) => each[key] / there[i]![key]).toSorted((a, b) => a - b),
  });
  const speed = sides('tokensPerSecond');
  const peak = sides('peakBytes');
  const ratio = ({ ratios }: Sides) =>
    `${median(ratios).toFixed(2)} (${ratios[0]!.toFixed(2)} to ${ratios.at(-1)!.toFixed(2)})`;
  const count = (value: number) => Math.round(value).toLocaleString('en');
  const size = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  process.stdout.write(
    `| ${job.name} | ${count(speed.here)} | ${count(speed.there)} | ${ratio(speed)} | ${size(peak.here)} | ` +
      `${size(peak.there)} | ${ratio(peak)} |\n`,
  );
}

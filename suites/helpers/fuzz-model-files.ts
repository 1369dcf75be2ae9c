/** Damages model files at random, from a seed, and reads them: every reader either accepts a file or refuses it with
 *  one of the engine's errors, in short time and little memory. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from '../../engine/checkpoint/read-checkpoint.ts';
import { readLoraAdapter } from '../../engine/checkpoint/lora-adapter.ts';
import { readOnnxFolder } from '../../engine/checkpoint/onnx-folder.ts';
import { specFromConfig } from '../../engine/checkpoint/decoder-config.ts';
import { EngineError } from '../../engine/errors.ts';
import { prepareGraph } from '../../engine/inference/graph-cache.ts';
import { createTokenizer } from '../../engine/tokenizer/tokenizer.ts';
import { writeExportedModel } from './exported-model.ts';
import { writeTinyGguf } from './gguf-writer.ts';
import { goldenAdapters, modelOf, writeAdapter } from './lora-adapters.ts';
import { tinyModel, writeTinyModel } from './tiny-architectures.ts';

export interface FuzzReport {
  readonly tried: number;
  readonly accepted: number;
  /** Refusals by code. */
  readonly refused: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  /** Growth of the process's largest memory, in bytes. */
  readonly memoryGrowth: number;
  /** What was neither accepted nor refused properly: enough to repeat it. */
  readonly faults: readonly string[];
}

/** One kind of file, and what reads it. */
interface Target {
  readonly name: string;
  /** The files that are damaged, one at a time. */
  readonly files: readonly string[];
  readonly read: () => Promise<void>;
}

/** Longer than any refusal or any reading of such small models takes, on a busy machine too. */
const MOST_MS = 10_000;

const sizes = [
  0n,
  1n,
  2n,
  7n,
  255n,
  65_535n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 60n,
  2n ** 64n - 1n,
];
const jsonValues: readonly unknown[] = [
  null,
  0,
  -1,
  1.5,
  1e300,
  2 ** 53,
  2 ** 60,
  '',
  'x',
  [],
  {},
  true,
  [[]],
  { a: 1 },
];

async function targets(folder: string): Promise<Target[]> {
  const at = (name: string) => join(folder, name);
  await writeTinyModel(at('gpt2'), tinyModel('gpt2'));
  await writeTinyModel(at('gemma3'), tinyModel('gemma3'));
  await mkdir(at('gguf'));
  await writeTinyGguf(at('gguf/llama.gguf'), tinyModel('llama-yarn'));
  await writeTinyGguf(at('gguf/qwen3.gguf'), tinyModel('qwen3'));
  await writeExportedModel(at('exported'));
  const [adapter] = goldenAdapters;
  await writeAdapter(at('adapter'), adapter!);
  const spec = specFromConfig('config.json', { ...modelOf(adapter!).config });
  const readWeights = (path: string) => async () => {
    const checkpoint = await readCheckpoint(at(path));
    try {
      createTokenizer(checkpoint.tokenizer);
      await prepareGraph(checkpoint);
    } finally {
      await checkpoint.weights.close();
    }
  };
  const hub = ['model.safetensors', 'config.json', 'tokenizer.json', 'tokenizer_config.json'];
  return [
    { name: 'gpt2', files: hub, read: readWeights('gpt2') },
    { name: 'gemma3', files: hub, read: readWeights('gemma3') },
    { name: 'gguf', files: ['llama.gguf'], read: readWeights('gguf/llama.gguf') },
    { name: 'gguf', files: ['qwen3.gguf'], read: readWeights('gguf/qwen3.gguf') },
    {
      name: 'exported',
      files: ['onnx/model.onnx', 'onnx/model.onnx_data', 'config.json'],
      read: async () => {
        await readOnnxFolder(at('exported'), 'float32');
      },
    },
    {
      name: 'adapter',
      files: ['adapter_model.safetensors', 'adapter_config.json'],
      read: async () => {
        await readLoraAdapter(at('adapter'), spec);
      },
    },
  ];
}

/** @param folder an empty one, for the files */
export async function fuzzModelFiles(folder: string, seed: number, count: number): Promise<FuzzReport> {
  const random = splitMix32(seed);
  const pick = <Each>(list: readonly Each[]): Each => list[Math.floor(random() * list.length)]!;
  await mkdir(folder, { recursive: true });
  const known = await targets(folder);
  await cp(folder, `${folder}-whole`, { recursive: true });
  const refused: Record<string, number> = {};
  const faults: string[] = [];
  let accepted = 0;
  let slowestMs = 0;
  // Everything is loaded and compiled before memory is measured.
  for (const { read } of known) await read();
  const before = process.resourceUsage().maxRSS;
  for (let trial = 0; trial < count; trial++) {
    const target = pick(known);
    const file = pick(target.files);
    const path = join(folder, target.name, file);
    const whole = await readFile(join(`${folder}-whole`, target.name, file));
    const damaged = file.endsWith('.json') ? damagedJson(whole, random) : damagedBytes(whole, random);
    await writeFile(path, damaged);
    const startMs = performance.now();
    try {
      await target.read();
      accepted++;
    } catch (error) {
      const code = error instanceof EngineError ? error.code : null;
      if (code === null)
        faults.push(`seed ${seed}, trial ${trial}, ${target.name}/${file}: ${String(error)}`);
      else refused[code] = (refused[code] ?? 0) + 1;
    }
    const elapsedMs = performance.now() - startMs;
    slowestMs = Math.max(slowestMs, elapsedMs);
    if (elapsedMs > MOST_MS)
      faults.push(`seed ${seed}, trial ${trial}, ${target.name}/${file}: ${elapsedMs} ms`);
    await writeFile(path, whole);
  }
  const memoryGrowth = (process.resourceUsage().maxRSS - before) * 1024;
  return { tried: count, accepted, refused, slowestMs, memoryGrowth, faults };
}

type Random = () => number;

/** Mostly at the beginning, where headers are. */
function damagedBytes(whole: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(whole);
  const position = () => Math.floor(random() ** 3 * bytes.length);
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    if (bytes.length < 16) return bytes;
    const at = Math.min(position(), bytes.length - 8);
    const kind = Math.floor(random() * 6);
    if (kind === 0) bytes = bytes.subarray(0, at);
    else if (kind === 1) bytes[at]! ^= 1 << Math.floor(random() * 8);
    else if (kind === 2) bytes.writeBigUInt64LE(sizes[Math.floor(random() * sizes.length)]!, at);
    else if (kind === 3) bytes.writeUInt32LE(Number(sizes[Math.floor(random() * 9)]!), at);
    else if (kind === 4)
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(position(), at + 64), bytes.subarray(at)]);
    else
      bytes.fill(Math.floor(random() * 256), at, Math.min(bytes.length, at + 1 + Math.floor(random() * 16)));
  }
  return bytes;
}

/** Other values in place of some, or other bytes. */
function damagedJson(whole: Buffer, random: Random): Buffer {
  if (random() < 0.2) return damagedBytes(whole, random);
  const root: unknown = JSON.parse(whole.toString());
  for (let times = 1 + Math.floor(random() * 2); times > 0; times--) {
    let node = root as Record<string, unknown>;
    for (;;) {
      const keys = Object.keys(node);
      if (keys.length === 0) break;
      const key = keys[Math.floor(random() * keys.length)]!;
      const value = node[key];
      if (typeof value === 'object' && value !== null && Object.keys(value).length > 0 && random() < 0.7) {
        node = value as Record<string, unknown>;
        continue;
      }
      if (random() < 0.2) delete node[key];
      else node[key] = jsonValues[Math.floor(random() * jsonValues.length)];
      break;
    }
  }
  return Buffer.from(JSON.stringify(root));
}

function splitMix32(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

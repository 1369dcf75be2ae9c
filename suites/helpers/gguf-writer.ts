/** Writes GGUF files, as llama.cpp's convert_hf_to_gguf.py lays them out: for tests that read them back. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredTensor } from '../../engine/checkpoint/write-safetensors.ts';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { tinyWeights, type TinyModel } from './tiny-architectures.ts';

type MetadataValue =
  | string
  | boolean
  | readonly string[]
  | { readonly u32: number }
  | { readonly i32: readonly number[] }
  | { readonly f32: number };

export type Metadata = Readonly<Record<string, MetadataValue>>;

/** By value type: 4 uint32, 5 int32, 6 float32, 7 bool, 8 string, 9 array. */
function encodeValue(value: MetadataValue): Buffer {
  if (typeof value === 'string') return Buffer.concat([u32(8), text(value)]);
  if (typeof value === 'boolean') return Buffer.concat([u32(7), Buffer.of(Number(value))]);
  if ('f32' in value) return Buffer.concat([u32(6), f32(value.f32)]);
  if ('u32' in value) return Buffer.concat([u32(4), u32(value.u32)]);
  if ('i32' in value) {
    return Buffer.concat([u32(9), u32(5), u64(value.i32.length), ...value.i32.map(u32)]);
  }
  return Buffer.concat([u32(9), u32(8), u64(value.length), ...value.map(text)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

const padded = (size: number) => Math.ceil(size / 32) * 32;

/** Tensors in float32. */
export async function writeGguf(
  path: string,
  metadata: Metadata,
  tensors: ReadonlyMap<string, StoredTensor>,
): Promise<string> {
  let offset = 0;
  const entries = [...tensors].map(([name, { shape, data }]) => {
    const entry = [text(name), u32(shape.length), ...shape.toReversed().map(u64), u32(0), u64(offset)];
    offset += padded(data.byteLength);
    return Buffer.concat(entry);
  });
  const pairs = Object.entries(metadata).map(([key, value]) =>
    Buffer.concat([text(key), encodeValue(value)]),
  );
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.size),
    u64(pairs.length),
    ...pairs,
    ...entries,
  ]);
  const aligned = (bytes: Buffer) =>
    Buffer.concat([bytes, Buffer.alloc(padded(bytes.byteLength) - bytes.byteLength)]);
  const data = [...tensors.values()].map((tensor) =>
    aligned(Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)),
  );
  await writeFile(path, Buffer.concat([aligned(header), ...data]));
  return path;
}

/** Metadata keys by fields of config.json, of both ways of naming. */
const keys: Readonly<Record<string, string>> = {
  hidden_size: 'embedding_length',
  n_embd: 'embedding_length',
  intermediate_size: 'feed_forward_length',
  num_hidden_layers: 'block_count',
  n_layer: 'block_count',
  num_attention_heads: 'attention.head_count',
  n_head: 'attention.head_count',
  num_key_value_heads: 'attention.head_count_kv',
  max_position_embeddings: 'context_length',
  n_positions: 'context_length',
  sliding_window: 'attention.sliding_window',
};

type Config = Readonly<Record<string, unknown>>;

function architectureMetadata(architecture: string, config: Config): Metadata {
  const metadata: Record<string, MetadataValue> = { 'general.architecture': architecture };
  const set = (name: string, value: MetadataValue) => {
    metadata[`${architecture}.${name}`] = value;
  };
  for (const [field, key] of Object.entries(keys)) {
    if (typeof config[field] === 'number') set(key, { u32: config[field] });
  }
  if (architecture === 'gpt2') {
    set('feed_forward_length', { u32: 4 * Number(config['n_embd']) });
    set('attention.layer_norm_epsilon', { f32: Number(config['layer_norm_epsilon']) });
    return metadata;
  }
  const headSize = Number(
    config['head_dim'] ?? Number(config['hidden_size']) / Number(config['num_attention_heads']),
  );
  for (const name of ['attention.key_length', 'attention.value_length', 'rope.dimension_count']) {
    set(name, { u32: headSize });
  }
  set('attention.layer_norm_rms_epsilon', { f32: Number(config['rms_norm_eps'] ?? 1e-6) });
  const parameters = config['rope_parameters'] as Config & { readonly full_attention?: Config };
  const rope = parameters.full_attention ?? parameters;
  set('rope.freq_base', { f32: Number(rope['rope_theta']) });
  if (rope['rope_type'] === 'default') return metadata;
  set('rope.scaling.type', String(rope['rope_type']));
  set('rope.scaling.factor', { f32: Number(rope['factor']) });
  const optional = {
    original_max_position_embeddings: 'original_context_length',
    beta_fast: 'yarn_beta_fast',
    beta_slow: 'yarn_beta_slow',
  };
  for (const [field, key] of Object.entries(optional)) {
    const value = rope[field];
    if (value !== undefined)
      set(`rope.scaling.${key}`, key.startsWith('yarn') ? { f32: Number(value) } : { u32: Number(value) });
  }
  return metadata;
}

/** The tokenizer of the golden model tiny-tied; llama.cpp wants a token for every row of the embedding. */
async function tokenizerMetadata(vocabSize: number): Promise<Metadata> {
  const path = join(packageRoot, 'fixtures/golden/engine/tiny-tied/tokenizer.json');
  const { model } = JSON.parse(await readFile(path, 'utf8')) as { model: { vocab: Record<string, number> } };
  const tokens = Object.entries(model.vocab)
    .toSorted(([, a], [, b]) => a - b)
    .map(([token]) => token);
  const types: number[] = tokens.map((token) => (token.startsWith('<') && token.length > 1 ? 3 : 1));
  while (tokens.length < vocabSize) {
    tokens.push(`unused ${tokens.length}`);
    types.push(5);
  }
  return {
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'gpt-2',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': { i32: types },
    // An empty list is not written; no token is "ab".
    'tokenizer.ggml.merges': ['a b'],
    'tokenizer.ggml.eos_token_id': { u32: 0 },
    'tokenizer.ggml.add_bos_token': false,
  };
}

/** A model of the recipe in GGUF. */
export async function writeTinyGguf(path: string, tiny: TinyModel, extra: Metadata = {}): Promise<string> {
  const { config } = tiny;
  const type = String(config['model_type']);
  const architecture = type === 'gemma3_text' ? 'gemma3' : type;
  const tensors = new Map(
    [...tinyWeights(tiny)].map(([name, tensor]) => [tiny.gguf![name]!, converted(tensor, name, config)]),
  );
  const metadata = {
    ...architectureMetadata(architecture, config),
    ...(await tokenizerMetadata(Number(config['vocab_size']))),
    ...extra,
  };
  return writeGguf(path, metadata, tensors);
}

/** What the converter does to a tensor. */
function converted(tensor: StoredTensor, name: string, config: Config): StoredTensor {
  const type = config['model_type'];
  if (type === 'gemma3_text' && name.endsWith('norm.weight')) {
    return { ...tensor, data: tensor.data.map((value) => value + 1) };
  }
  if (type === 'gpt2' && /attn\.c_\w+\.weight|mlp\.c_\w+\.weight/.test(name)) return turned(tensor);
  const heads = /q_proj/.test(name) ? 'num_attention_heads' : 'num_key_value_heads';
  const rotates = type === 'llama' || type === 'smollm3';
  return rotates && /\.[qk]_proj\./.test(name) ? interleaved(tensor, Number(config[heads])) : tensor;
}

function turned({ shape: [rows = 0, columns = 0], data }: StoredTensor): StoredTensor {
  const result = Float32Array.from(
    { length: rows * columns },
    (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!,
  );
  return { shape: [columns, rows], data: result };
}

/** reshape(heads, 2, headSize / 2, …).swapaxes(1, 2) */
function interleaved({ shape, data }: StoredTensor, heads: number): StoredTensor {
  const rows = shape[0]!;
  const width = data.length / rows;
  const half = rows / heads / 2;
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const head = Math.floor(row / (2 * half));
    const [pair, which] = [Math.floor((row % (2 * half)) / 2), row % 2];
    const source = head * 2 * half + which * half + pair;
    result.set(data.subarray(source * width, (source + 1) * width), row * width);
  }
  return { shape, data: result };
}

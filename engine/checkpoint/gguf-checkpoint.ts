/** A checkpoint from a GGUF file of the Llama architecture. Names, shapes and row order become those of Hugging
 *  Face: llama.cpp stores the query and key rows interleaved, for its own form of rotary embedding. */
import { EngineError } from '../errors.ts';
import { layerNames, type DecoderSpec } from '../nn/decoder-spec.ts';
import { tokenizerFilesFromGguf } from '../tokenizer/gguf-tokenizer.ts';
import type { TokenizerFiles } from '../tokenizer/tokenizer-files.ts';
import { BinaryFile, digestOfFile } from './binary-file.ts';
import { digestOfValue } from './canonical-json.ts';
import { checkWeights } from './check-weights.ts';
import type { Checkpoint, ModelDigests, WeightSource } from './checkpoint.ts';
import { readGgufHeader, type GgufHeader, type GgufTensor } from './gguf-file.ts';
import { FieldReader } from './json-object.ts';

const MOST = 2 ** 24;

interface Description {
  readonly spec: DecoderSpec;
  readonly tokenizer: TokenizerFiles;
  readonly chatTemplate: string | null;
  readonly eosTokenIds: readonly number[];
  readonly bosTokenId: number | null;
}

export async function readGguf(path: string): Promise<Checkpoint> {
  const file = await BinaryFile.open(path);
  try {
    const header = await readGgufHeader(file);
    const description = describe(path, header);
    const tensors = renamed(path, header, description.spec);
    checkWeights(path, description.spec, shapesOf(tensors));
    return {
      path,
      format: 'gguf',
      ...description,
      weights: weightSource(file, tensors, description.spec),
      digests: await digestsOf(path, description),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

export async function digestGguf(path: string): Promise<ModelDigests> {
  const file = await BinaryFile.open(path);
  try {
    return await digestsOf(path, describe(path, await readGgufHeader(file)));
  } finally {
    await file.close();
  }
}

export async function readGgufTokenizer(path: string): Promise<TokenizerFiles> {
  const file = await BinaryFile.open(path);
  try {
    return tokenizerFilesFromGguf((await readGgufHeader(file)).metadata);
  } finally {
    await file.close();
  }
}

async function digestsOf(path: string, description: Description): Promise<ModelDigests> {
  const { spec, tokenizer, chatTemplate, eosTokenIds, bosTokenId } = description;
  return {
    weights: await digestOfFile(path),
    tokenizer: digestOfValue([tokenizer.tokenizerJson, tokenizer.tokenizerConfig]),
    template: chatTemplate === null ? null : digestOfValue(chatTemplate),
    config: digestOfValue([spec, eosTokenIds, bosTokenId]),
  };
}

function describe(path: string, header: GgufHeader): Description {
  const { metadata } = header;
  const fields = new FieldReader(path, metadata);
  const template = metadata['tokenizer.chat_template'];
  return {
    spec: specFrom(path, fields, header),
    tokenizer: tokenizerFilesFromGguf(metadata),
    chatTemplate: typeof template === 'string' ? template : null,
    eosTokenIds: [
      ...new Set(['eos', 'eot', 'eom'].flatMap((name) => fields.tokenIds(`tokenizer.ggml.${name}_token_id`))),
    ],
    bosTokenId: fields.tokenIds('tokenizer.ggml.bos_token_id')[0] ?? null,
  };
}

function specFrom(path: string, fields: FieldReader, header: GgufHeader): DecoderSpec {
  const architecture = fields.get('general.architecture');
  if (architecture !== 'llama') throw unsupported(path, 'general.architecture', architecture);
  refuseUnsupported(path, fields, header);
  const hiddenSize = fields.integer('llama.embedding_length', 1, MOST);
  const headCount = fields.integer('llama.attention.head_count', 1, MOST);
  const kvHeadCount = fields.integer('llama.attention.head_count_kv', 1, MOST, headCount);
  const headSize = fields.integer('llama.attention.key_length', 2, MOST, hiddenSize / headCount);
  const rotated = fields.integer('llama.rope.dimension_count', 2, MOST, headSize);
  if (rotated !== headSize) throw unsupported(path, 'llama.rope.dimension_count', rotated);
  if (headCount % kvHeadCount !== 0 || headSize % 2 !== 0) {
    throw new EngineError(
      'E_CHECKPOINT_INVALID',
      `${path}: ${headCount} heads of size ${headSize} cannot share ${kvHeadCount} key-value heads`,
    );
  }
  return {
    architecture: 'llama',
    // The embedding matrix may have rows for tokens that the tokenizer lacks.
    vocabSize:
      header.tensors.get('token_embd.weight')?.shape[0] ?? fields.integer('llama.vocab_size', 1, MOST),
    hiddenSize,
    intermediateSize: fields.integer('llama.feed_forward_length', 1, MOST),
    layerCount: fields.integer('llama.block_count', 1, 4096),
    headCount,
    kvHeadCount,
    headSize,
    maxPositions: fields.integer('llama.context_length', 1, MOST),
    ropeTheta: fields.positive('llama.rope.freq_base', 10_000),
    rmsNormEps: fields.positive('llama.attention.layer_norm_rms_epsilon'),
    tiedEmbeddings: !header.tensors.has('output.weight'),
  };
}

function refuseUnsupported(path: string, fields: FieldReader, header: GgufHeader): void {
  const only: Record<string, readonly unknown[]> = {
    'llama.rope.scaling.type': ['none', undefined],
    'llama.expert_count': [0, undefined],
    'llama.attention.sliding_window': [undefined],
  };
  for (const [name, supported] of Object.entries(only)) {
    if (!supported.includes(fields.get(name))) throw unsupported(path, name, fields.get(name));
  }
  for (const name of header.tensors.keys()) {
    if (name === 'rope_freqs.weight' || name.endsWith('.bias')) throw unsupported(path, 'a tensor', name);
  }
}

function unsupported(path: string, name: string, value: unknown): EngineError {
  const shown = (JSON.stringify(value) ?? 'missing').slice(0, 80);
  return new EngineError(
    'E_MODEL_UNSUPPORTED',
    `${path}: ${name} is ${shown}, which this engine does not compute`,
  );
}

/** A tensor under its Hugging Face name. */
interface NamedTensor {
  readonly tensor: GgufTensor;
  /** Heads whose rows are interleaved; null where rows stand as in Hugging Face. */
  readonly interleavedHeads: number | null;
}

function renamed(path: string, header: GgufHeader, spec: DecoderSpec): Map<string, NamedTensor> {
  const names = new Map<string, { stored: string; heads: number | null }>([
    ['model.embed_tokens.weight', { stored: 'token_embd.weight', heads: null }],
    ['model.norm.weight', { stored: 'output_norm.weight', heads: null }],
    ['lm_head.weight', { stored: 'output.weight', heads: null }],
  ]);
  if (header.tensors.size < spec.layerCount) {
    throw new EngineError(
      'E_CHECKPOINT_INVALID',
      `${path}: ${header.tensors.size} tensors cannot be ${spec.layerCount} layers`,
    );
  }
  for (let layer = 0; layer < spec.layerCount; layer++) {
    const hub = layerNames(layer);
    const add = (name: string, stored: string, heads: number | null = null) =>
      names.set(name, { stored: `blk.${layer}.${stored}.weight`, heads });
    add(hub.inputNorm, 'attn_norm');
    add(hub.q, 'attn_q', spec.headCount);
    add(hub.k, 'attn_k', spec.kvHeadCount);
    add(hub.v, 'attn_v');
    add(hub.o, 'attn_output');
    add(hub.postNorm, 'ffn_norm');
    add(hub.gate, 'ffn_gate');
    add(hub.up, 'ffn_up');
    add(hub.down, 'ffn_down');
  }
  const tensors = new Map<string, NamedTensor>();
  for (const [name, { stored, heads }] of names) {
    const tensor = header.tensors.get(stored);
    if (tensor) tensors.set(name, { tensor, interleavedHeads: heads });
  }
  return tensors;
}

function shapesOf(tensors: ReadonlyMap<string, NamedTensor>): Map<string, readonly number[]> {
  return new Map([...tensors].map(([name, { tensor }]) => [name, tensor.shape]));
}

function weightSource(
  file: BinaryFile,
  tensors: ReadonlyMap<string, NamedTensor>,
  spec: DecoderSpec,
): WeightSource {
  return {
    shapes: shapesOf(tensors),
    async read(name) {
      const named = tensors.get(name);
      if (!named) throw new EngineError('E_CHECKPOINT_INVALID', `the weight ${name} is missing`);
      const { tensor, interleavedHeads } = named;
      const values = tensor.type.toFloat32(await file.read(tensor.offset, tensor.byteLength, name));
      return interleavedHeads === null ? values : deinterleaved(values, spec, interleavedHeads);
    },
    close: () => file.close(),
  };
}

/** Row 2i + j of a head, as stored, is row i + j · headSize/2 of Hugging Face. */
function deinterleaved(values: Float32Array, spec: DecoderSpec, heads: number): Float32Array {
  const { headSize, hiddenSize } = spec;
  const result = new Float32Array(values.length);
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < headSize; row++) {
      const target = head * headSize + (row % 2) * (headSize / 2) + Math.floor(row / 2);
      const source = head * headSize + row;
      result.set(values.subarray(source * hiddenSize, (source + 1) * hiddenSize), target * hiddenSize);
    }
  }
  return result;
}

/** A checkpoint from a GGUF file. Composes what the header, the metadata, the tensors and the tokenizer say, each read
 *  by a file of its own. */
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import { tokenizerFilesFromGguf } from '../tokenizer/gguf-tokenizer.ts';
import type { TokenizerFiles } from '../tokenizer/tokenizer-files.ts';
import { BinaryFile, digestOfFile } from './binary-file.ts';
import { digestOfValue } from './canonical-json.ts';
import { checkWeights } from './check-weights.ts';
import type { Checkpoint, ModelDigests } from './checkpoint.ts';
import { dialectOf } from './gguf-config.ts';
import { readGgufHeader, type GgufHeader } from './gguf-file.ts';
import { ggufWeights } from './gguf-weights.ts';
import { FieldReader, unsupportedField } from './json-object.ts';
import { knownDigestOf } from './known-digests.ts';

interface Description {
  readonly spec: DecoderSpec;
  readonly interleaved: boolean;
  readonly tokenizer: TokenizerFiles;
  readonly chatTemplate: string | null;
  readonly eosTokenIds: readonly number[];
  readonly bosTokenId: number | null;
}

export async function readGguf(path: string): Promise<Checkpoint> {
  const file = await BinaryFile.open(path);
  try {
    const header = await readGgufHeader(file);
    const { interleaved, ...description } = await describe(file, header);
    const weights = ggufWeights(file, header, description.spec, interleaved);
    checkWeights(path, description.spec, weights.shapes);
    return {
      path,
      format: 'gguf',
      ...description,
      weights,
      digests: digestsOf(description, await knownDigestOf(path)),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

export async function digestGguf(path: string): Promise<ModelDigests> {
  const file = await BinaryFile.open(path);
  try {
    return digestsOf(await describe(file, await readGgufHeader(file)), await digestOfFile(path));
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

function digestsOf(description: Omit<Description, 'interleaved'>, weights: string): ModelDigests {
  const { spec, tokenizer, chatTemplate, eosTokenIds, bosTokenId } = description;
  return {
    weights,
    tokenizer: digestOfValue([tokenizer.tokenizerJson, tokenizer.tokenizerConfig]),
    template: chatTemplate === null ? null : digestOfValue(chatTemplate),
    config: digestOfValue([spec, eosTokenIds, bosTokenId]),
  };
}

async function describe(file: BinaryFile, header: GgufHeader): Promise<Description> {
  const { path } = file;
  const { metadata } = header;
  const fields = new FieldReader(path, metadata);
  const { name: architecture, dialect } = dialectOf(path, fields);
  const frequencyFactors = await readFrequencyFactors(file, header);
  const template = metadata['tokenizer.chat_template'];
  return {
    spec: dialect.spec({ path, header, fields, architecture, frequencyFactors }),
    interleaved: dialect.interleaved,
    tokenizer: tokenizerFilesFromGguf(metadata),
    chatTemplate: typeof template === 'string' ? template : null,
    eosTokenIds: [
      ...new Set(['eos', 'eot', 'eom'].flatMap((name) => fields.tokenIds(`tokenizer.ggml.${name}_token_id`))),
    ],
    bosTokenId: fields.tokenIds('tokenizer.ggml.bos_token_id')[0] ?? null,
  };
}

/** A vector as long as half a head: anything larger is another thing by that name, and is not read. */
async function readFrequencyFactors(file: BinaryFile, header: GgufHeader): Promise<Float32Array | null> {
  const tensor = header.tensors.get('rope_freqs.weight');
  if (!tensor) return null;
  if (tensor.byteLength > 4096) throw unsupportedField(file.path, 'rope_freqs.weight', tensor.shape);
  return tensor.type.toFloat32(await file.read(tensor.offset, tensor.byteLength, 'rope_freqs.weight'));
}

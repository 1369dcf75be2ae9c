/** Writes a model as a Hugging Face folder: config.json, model.safetensors, tokenizer.json, tokenizer_config.json,
 *  generation_config.json. Python `transformers` loads it as the class that config.json names. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parametersOf } from '../nn/decoder-parameters.ts';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import type { TokenizerFiles } from '../tokenizer/tokenizer-files.ts';
import { decoderConfigOf } from './write-decoder-config.ts';
import { syncFolder, writeJsonThrough } from './write-through.ts';
import { writeSafetensors, type StoredDtype } from './write-safetensors.ts';

export interface ModelContent {
  readonly spec: DecoderSpec;
  /** By Hugging Face name, as `parametersOf(spec)` lists them. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly tokenizer: TokenizerFiles;
  /** Jinja source; null where the model has none. Written into tokenizer_config.json. */
  readonly chatTemplate: string | null;
  readonly eosTokenIds: readonly number[];
  readonly bosTokenId: number | null;
  readonly padTokenId: number | null;
}

function configOf(content: ModelContent, dtype: StoredDtype): Record<string, unknown> {
  const { spec, eosTokenIds, bosTokenId, padTokenId } = content;
  return {
    ...decoderConfigOf(spec),
    bos_token_id: bosTokenId,
    eos_token_id: eosTokenIds.length === 1 ? eosTokenIds[0] : eosTokenIds,
    pad_token_id: padTokenId,
    torch_dtype: dtype,
  };
}

/** Writes the folder, which may exist. config.json comes last: without it the folder is no model, so that an
 *  interrupted writer leaves none that is half new. */
export async function writeHuggingFace(
  folder: string,
  content: ModelContent,
  dtype: StoredDtype = 'float32',
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'config.json');
  await rm(config, { force: true });
  const tensors = new Map(
    parametersOf(content.spec).map(({ name, shape }) => [name, { shape, data: content.weights.get(name)! }]),
  );
  const weights = join(folder, 'model.safetensors');
  await writeSafetensors(`${weights}.${process.pid}.tmp`, tensors, dtype);
  await rename(`${weights}.${process.pid}.tmp`, weights);
  const json = (name: string, value: unknown) => writeJsonThrough(join(folder, name), value);
  await writeTokenizer(folder, content);
  const { eos_token_id, bos_token_id, pad_token_id, ...rest } = configOf(content, dtype);
  await json('generation_config.json', { bos_token_id, eos_token_id, pad_token_id, do_sample: false });
  await json('config.json', { ...rest, bos_token_id, eos_token_id, pad_token_id });
  await syncFolder(folder);
}

/** Writes tokenizer.json and tokenizer_config.json, with the chat template in the latter. */
export async function writeTokenizer(
  folder: string,
  { tokenizer, chatTemplate }: Pick<ModelContent, 'tokenizer' | 'chatTemplate'>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const template = chatTemplate === null ? {} : { chat_template: chatTemplate };
  await writeJsonThrough(join(folder, 'tokenizer.json'), tokenizer.tokenizerJson);
  await writeJsonThrough(join(folder, 'tokenizer_config.json'), {
    ...tokenizer.tokenizerConfig,
    ...template,
  });
}

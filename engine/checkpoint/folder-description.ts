/** What a Hugging Face folder says beside its weights: config.json, tokenizer.json, tokenizer_config.json,
 *  chat_template.jinja, generation_config.json. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EngineError, type EngineErrorCode } from '../errors.ts';
import { specialTokenText, type TokenizerFiles } from '../tokenizer/tokenizer-files.ts';
import { digestOfFile } from './binary-file.ts';
import { knownDigestOf } from './known-digests.ts';
import { digestOfValue } from './canonical-json.ts';
import type { ModelDescription, ModelDigests } from './checkpoint.ts';
import { FieldReader, isJsonObject, type JsonObject } from './json-object.ts';

export interface FolderDescription {
  readonly config: JsonObject;
  readonly generationConfig: JsonObject | null;
  readonly tokenizer: TokenizerFiles;
  readonly chatTemplate: string | null;
}

export async function describeFolder(folder: string): Promise<FolderDescription> {
  const config = await readJson(folder, 'config.json', 'E_MODEL_NOT_FOUND');
  const tokenizerJson = await readJson(folder, 'tokenizer.json', 'E_TOKENIZER_INVALID');
  const tokenizerConfig = (await readOptionalJson(folder, 'tokenizer_config.json')) ?? {};
  const generationConfig = await readOptionalJson(folder, 'generation_config.json');
  return {
    config,
    generationConfig,
    tokenizer: { tokenizerJson, tokenizerConfig },
    chatTemplate: await readChatTemplate(folder, tokenizerConfig),
  };
}

/** chat_template.jinja since transformers 4.53; before, a field of tokenizer_config.json: one template or a list. */
async function readChatTemplate(folder: string, tokenizerConfig: JsonObject): Promise<string | null> {
  const file = join(folder, 'chat_template.jinja');
  if (existsSync(file)) return readFile(file, 'utf8');
  const field = tokenizerConfig['chat_template'];
  if (typeof field === 'string') return field;
  if (!Array.isArray(field)) return null;
  const entries: unknown[] = field;
  const named = entries.filter(isJsonObject).find((entry) => entry['name'] === 'default');
  return typeof named?.['template'] === 'string' ? named['template'] : null;
}

/** What every kind of model folder has. @param weightFiles all files that hold weights */
export async function modelOfFolder(
  folder: string,
  description: FolderDescription,
  weightFiles: readonly string[],
): Promise<Omit<ModelDescription, 'format'>> {
  const { config, generationConfig, tokenizer, chatTemplate } = description;
  const fields = new FieldReader(join(folder, 'config.json'), config);
  const generationFields = new FieldReader(join(folder, 'generation_config.json'), generationConfig ?? {});
  return {
    path: folder,
    tokenizer,
    chatTemplate,
    eosTokenIds: [
      ...new Set([
        ...fields.tokenIds('eos_token_id'),
        ...generationFields.tokenIds('eos_token_id'),
        ...tokenIdOf(tokenizer, specialTokenText(tokenizer.tokenizerConfig, 'eos_token')),
      ]),
    ],
    bosTokenId: fields.tokenIds('bos_token_id')[0] ?? null,
    digests: await digestsOfFolder(description, weightFiles, knownDigestOf),
  };
}

/** @param weightFiles all files that hold weights
 *  @param digestOf of a file; default reads it */
export async function digestsOfFolder(
  description: FolderDescription,
  weightFiles: readonly string[],
  digestOf: (path: string) => Promise<string> = digestOfFile,
): Promise<ModelDigests> {
  const digests = await Promise.all(weightFiles.map((file) => digestOf(file)));
  const named = Object.fromEntries(weightFiles.map((file, index) => [basename(file), digests[index]]));
  // The template has a digest of its own.
  const { chat_template: _template, ...tokenizerConfig } = description.tokenizer.tokenizerConfig;
  return {
    weights: weightFiles.length === 1 ? digests[0]! : digestOfValue(named),
    tokenizer: digestOfValue([description.tokenizer.tokenizerJson, tokenizerConfig]),
    template: description.chatTemplate === null ? null : digestOfValue(description.chatTemplate),
    config: digestOfValue([description.config, description.generationConfig]),
  };
}

export async function readOptionalJson(folder: string, name: string): Promise<JsonObject | null> {
  return existsSync(join(folder, name)) ? readJson(folder, name, 'E_CHECKPOINT_INVALID') : null;
}

async function readJson(folder: string, name: string, missing: EngineErrorCode): Promise<JsonObject> {
  const path = join(folder, name);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new EngineError(missing, `cannot read ${path}: ${String(cause)}`, { cause });
  }
  const invalid = missing === 'E_TOKENIZER_INVALID' ? missing : 'E_CHECKPOINT_INVALID';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EngineError(invalid, `${path} is not JSON: ${String(cause)}`, { cause });
  }
  if (!isJsonObject(value)) throw new EngineError(invalid, `${path} is not a JSON object`);
  return value;
}

/** The token's id as tokenizer.json lists it, added tokens first. */
function tokenIdOf(tokenizer: TokenizerFiles, token: string | null): number[] {
  if (token === null) return [];
  const { added_tokens: added, model } = tokenizer.tokenizerJson;
  const listed: unknown[] = Array.isArray(added) ? added : [];
  const entry = listed.filter(isJsonObject).find((candidate) => candidate['content'] === token);
  if (typeof entry?.['id'] === 'number') return [entry['id']];
  const vocab = isJsonObject(model) ? model['vocab'] : undefined;
  const id = isJsonObject(vocab) && Object.hasOwn(vocab, token) ? vocab[token] : undefined;
  return typeof id === 'number' ? [id] : [];
}

/** A Hugging Face folder: config.json, model.safetensors (or shards and their index), tokenizer.json,
 *  tokenizer_config.json, chat_template.jinja, generation_config.json. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EngineError, type EngineErrorCode } from '../errors.ts';
import { parameterPrefix } from '../nn/decoder-parameters.ts';
import { specialTokenText, type TokenizerFiles } from '../tokenizer/tokenizer-files.ts';
import { digestOfFile } from './binary-file.ts';
import { digestOfValue } from './canonical-json.ts';
import { checkWeights } from './check-weights.ts';
import type { Checkpoint, ModelDigests, WeightSource } from './checkpoint.ts';
import { specFromConfig } from './decoder-config.ts';
import { FieldReader, isJsonObject, type JsonObject } from './json-object.ts';
import { openSafetensors } from './safetensors.ts';

interface Description {
  readonly config: JsonObject;
  readonly generationConfig: JsonObject | null;
  readonly tokenizer: TokenizerFiles;
  readonly chatTemplate: string | null;
}

export async function readHuggingFaceFolder(folder: string): Promise<Checkpoint> {
  const description = await describe(folder);
  const { config, generationConfig, tokenizer, chatTemplate } = description;
  const configFile = join(folder, 'config.json');
  const spec = specFromConfig(configFile, config);
  const fields = new FieldReader(configFile, config);
  const generationFields = new FieldReader(join(folder, 'generation_config.json'), generationConfig ?? {});
  const stored = await openSafetensors(await weightFiles(folder));
  const weights = withPrefix(stored, parameterPrefix(spec));
  try {
    checkWeights(folder, spec, weights.shapes);
    return {
      path: folder,
      format: 'huggingface',
      spec,
      weights,
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
      digests: await digestsOf(folder, description),
    };
  } catch (error) {
    await weights.close();
    throw error;
  }
}

/** Files that hold the decoder without its head, such as GPT-2's, leave out the prefix of its names. */
function withPrefix(weights: WeightSource, prefix: string): WeightSource {
  if ([...weights.shapes.keys()].some((name) => name.startsWith(prefix))) return weights;
  return {
    shapes: new Map([...weights.shapes].map(([name, shape]) => [`${prefix}${name}`, shape])),
    read: (name) => weights.read(name.slice(prefix.length)),
    close: () => weights.close(),
  };
}

export async function digestHuggingFaceFolder(folder: string): Promise<ModelDigests> {
  return digestsOf(folder, await describe(folder));
}

export async function readHuggingFaceTokenizer(folder: string): Promise<TokenizerFiles> {
  return (await describe(folder)).tokenizer;
}

async function describe(folder: string): Promise<Description> {
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

async function digestsOf(folder: string, description: Description): Promise<ModelDigests> {
  const files = await weightFiles(folder);
  const digests = await Promise.all(files.map(digestOfFile));
  const named = Object.fromEntries(files.map((file, index) => [basename(file), digests[index]]));
  // The template has a digest of its own.
  const { chat_template: _template, ...tokenizerConfig } = description.tokenizer.tokenizerConfig;
  return {
    weights: files.length === 1 ? digests[0]! : digestOfValue(named),
    tokenizer: digestOfValue([description.tokenizer.tokenizerJson, tokenizerConfig]),
    template: description.chatTemplate === null ? null : digestOfValue(description.chatTemplate),
    config: digestOfValue([description.config, description.generationConfig]),
  };
}

async function weightFiles(folder: string): Promise<string[]> {
  const single = join(folder, 'model.safetensors');
  if (existsSync(single)) return [single];
  const index = await readOptionalJson(folder, 'model.safetensors.index.json');
  if (!index) {
    throw new EngineError(
      'E_MODEL_NOT_FOUND',
      `${folder} has neither model.safetensors nor model.safetensors.index.json`,
    );
  }
  const map = index['weight_map'];
  const names = isJsonObject(map) ? [...new Set(Object.values(map).map(String))].sort() : [];
  // A shard's name is data of a stranger: it stays inside the folder.
  if (names.length === 0 || !names.every((name) => /^[\w.-]+\.safetensors$/.test(name))) {
    throw new EngineError(
      'E_CHECKPOINT_INVALID',
      `${folder}: model.safetensors.index.json names no usable files`,
    );
  }
  return names.map((name) => join(folder, name));
}

async function readOptionalJson(folder: string, name: string): Promise<JsonObject | null> {
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

/** JSON Schemas of request bodies, closed: a field that is not understood is refused, never ignored. */

import { MOST_TOP_LOGPROBS } from '../inference/model.ts';
import { responseFormatSchema } from './response-format.ts';

/** As in OpenAI's API, an optional field may be null; on the source document's route it may not. */
function sampling(nullable: boolean): Record<string, object> {
  const type = (...names: readonly string[]): string[] => (nullable ? [...names, 'null'] : [...names]);
  return {
    max_tokens: { type: type('integer'), minimum: 1 },
    temperature: { type: type('number'), minimum: 0, maximum: 2 },
    top_p: { type: type('number'), exclusiveMinimum: 0, maximum: 1 },
    top_k: { type: type('integer'), minimum: 0 },
    stop: {
      type: type('string', 'array'),
      minLength: 1,
      maxItems: 16,
      items: { type: 'string', minLength: 1 },
    },
    seed: {
      type: type('integer'),
      minimum: Number.MIN_SAFE_INTEGER,
      maximum: Number.MAX_SAFE_INTEGER,
    },
  };
}

const prompt = { type: 'string', minLength: 1 };

const tokenIds = { type: 'array', items: { type: 'integer', minimum: 0 } };

/** A message is text, or OpenAI's list of text parts. */
const messages = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['role', 'content'],
    properties: {
      role: { type: 'string', enum: ['system', 'developer', 'user', 'assistant'] },
      content: {
        type: ['string', 'array'],
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['type', 'text'],
          properties: { type: { type: 'string', enum: ['text'] }, text: { type: 'string' } },
        },
      },
    },
  },
};

/** A text, a list of them, token ids, or a list of such lists. */
const prompts = {
  anyOf: [
    prompt,
    { type: 'array', minItems: 1, maxItems: 256, items: prompt },
    { ...tokenIds, minItems: 1 },
    { type: 'array', minItems: 1, maxItems: 256, items: { ...tokenIds, minItems: 1 } },
  ],
};

export const generateSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['prompt'],
  properties: { prompt, ...sampling(false), raw: { type: 'boolean' } },
};

/** Fields of OpenAI's API that change nothing here at the values listed; any other value is refused. */
const neutral = {
  user: { type: ['string', 'null'] },
};

const openaiCommon = {
  model: { type: 'string', minLength: 1 },
  ...sampling(true),
  ...neutral,
  n: { type: ['integer', 'null'], minimum: 1, maximum: 64 },
  frequency_penalty: { type: ['number', 'null'], minimum: -2, maximum: 2 },
  presence_penalty: { type: ['number', 'null'], minimum: -2, maximum: 2 },
  logit_bias: {
    type: ['object', 'null'],
    maxProperties: 300,
    additionalProperties: false,
    patternProperties: { '^[0-9]{1,9}$': { type: 'number', minimum: -100, maximum: 100 } },
  },
  /** vLLM's names. */
  min_p: { type: ['number', 'null'], minimum: 0, maximum: 1 },
  repetition_penalty: { type: ['number', 'null'], exclusiveMinimum: 0, maximum: 10 },
  stream: { type: ['boolean', 'null'] },
  stream_options: {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: { include_usage: { type: ['boolean', 'null'] } },
  },
  /** vLLM's names: ids of the generated tokens beside the text, and tokens written as `token_id:<id>`. */
  return_token_ids: { type: ['boolean', 'null'] },
  return_tokens_as_token_ids: { type: ['boolean', 'null'] },
};

export const chatSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['model', 'messages'],
  properties: {
    ...openaiCommon,
    messages,
    max_completion_tokens: { type: ['integer', 'null'], minimum: 1 },
    logprobs: { type: ['boolean', 'null'] },
    top_logprobs: { type: ['integer', 'null'], minimum: 0, maximum: MOST_TOP_LOGPROBS },
    response_format: responseFormatSchema,
    tools: { type: ['array', 'null'], maxItems: 0 },
  },
};

export const completionSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['model', 'prompt'],
  properties: {
    ...openaiCommon,
    prompt: prompts,
    logprobs: { type: ['integer', 'null'], minimum: 0, maximum: MOST_TOP_LOGPROBS },
    echo: { type: ['boolean', 'null'] },
    best_of: { enum: [1, null] },
    suffix: { enum: ['', null] },
  },
};

/** vLLM's fields: the tokens that the model would read. */
export const tokenizeSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    model: { type: 'string', minLength: 1 },
    prompt,
    messages,
    add_special_tokens: { type: 'boolean' },
    return_token_strs: { type: ['boolean', 'null'] },
  },
};

export const detokenizeSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['tokens'],
  properties: { model: { type: 'string', minLength: 1 }, tokens: tokenIds },
};

export const logLikelihoodSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['completion'],
  properties: {
    model: { type: 'string', minLength: 1 },
    prompt: { anyOf: [prompt, { ...tokenIds, minItems: 1 }] },
    messages,
    raw: { type: 'boolean' },
    completion: { type: 'string', minLength: 1 },
  },
};

/** Its limit on tokens has another name there. */
const { max_tokens: _maxTokens, ...ollamaSampling } = sampling(true);

/** Ollama's fields. What asks for something else than is done here is refused at any other value than those listed. */
const ollamaCommon = {
  model: { type: 'string', minLength: 1 },
  stream: { type: ['boolean', 'null'] },
  format: { anyOf: [{ enum: ['json', '', null] }, { type: 'object' }] },
  /** Models stay loaded. */
  keep_alive: { enum: [-1, '-1', null] },
  think: { enum: [false, null] },
  options: {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: {
      num_predict: { type: 'integer', minimum: -1, not: { const: 0 } },
      ...ollamaSampling,
      min_p: openaiCommon.min_p,
      repeat_penalty: openaiCommon.repetition_penalty,
      presence_penalty: openaiCommon.presence_penalty,
      frequency_penalty: openaiCommon.frequency_penalty,
    },
  },
};

export const ollamaChatSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['model', 'messages'],
  properties: { ...ollamaCommon, messages, tools: { type: ['array', 'null'], maxItems: 0 } },
};

export const ollamaGenerateSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['model', 'prompt'],
  properties: {
    ...ollamaCommon,
    prompt,
    system: { type: 'string' },
    raw: { type: ['boolean', 'null'] },
    suffix: { enum: ['', null] },
  },
};

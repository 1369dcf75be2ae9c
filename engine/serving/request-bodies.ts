/** Bodies that passed their schema, and what they ask of a Model. */
import type { ChatMessage, SamplingParameters } from '../inference/model.ts';
import { invalidField, refusal } from './http-error.ts';
import type { ModelDirectory, ServedModelEntry } from './model-directory.ts';

interface SamplingBody {
  readonly max_tokens?: number | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly top_k?: number | null;
  readonly stop?: string | readonly string[] | null;
  readonly seed?: number | null;
}

export interface GenerateBody extends SamplingBody {
  readonly prompt: string;
  readonly raw?: boolean;
}

interface OpenaiBody extends SamplingBody {
  readonly model: string;
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean | null } | null;
  readonly return_token_ids?: boolean | null;
  readonly return_tokens_as_token_ids?: boolean | null;
}

interface MessageBody {
  readonly role: 'system' | 'developer' | 'user' | 'assistant';
  readonly content: string | readonly { readonly text: string }[];
}

export interface ChatBody extends OpenaiBody {
  readonly messages: readonly MessageBody[];
  readonly max_completion_tokens?: number | null;
  readonly logprobs?: boolean | null;
}

export interface CompletionBody extends OpenaiBody {
  readonly prompt: string;
  readonly logprobs?: number | null;
}

export interface LogLikelihoodBody {
  readonly model?: string;
  readonly prompt?: string;
  readonly messages?: readonly MessageBody[];
  readonly raw?: boolean;
  readonly completion: string;
}

const SEEDS = 2 ** 32;

/** What is absent or null is left to the model, but for the seed: without one, every request draws its own. */
export function samplingOf(body: SamplingBody): SamplingParameters {
  const { max_tokens: maxTokens, temperature, top_p: topP, top_k: topK, stop } = body;
  return {
    ...(typeof maxTokens === 'number' && { maxTokens }),
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof topP === 'number' && { topP }),
    ...(typeof topK === 'number' && { topK }),
    ...(stop !== undefined && stop !== null && { stop: typeof stop === 'string' ? [stop] : stop }),
    seed: body.seed ?? Math.floor(Math.random() * SEEDS),
  };
}

/** `developer` is OpenAI's newer word for `system`. */
export function messagesOf(bodies: readonly MessageBody[]): ChatMessage[] {
  return bodies.map(({ role, content }) => ({
    role: role === 'developer' ? 'system' : role,
    content: typeof content === 'string' ? content : content.map(({ text }) => text).join(''),
  }));
}

/** @throws HttpError 404 for a model that is not served here */
export function servedModel(models: ModelDirectory, asked: string | undefined): ServedModelEntry {
  const entry = models.find(asked);
  if (entry !== null) return entry;
  const served = models.entries().map(({ id }) => JSON.stringify(id));
  throw refusal('model_not_found', `This server serves ${served.join(' and ')} only.`, {
    fields: [{ field: 'model', message: 'is not served here', rule: 'model' }],
  });
}

/** Log-probabilities without token texts would be no OpenAI answer: they are told by token id, or not at all.
 *  @throws HttpError 422 */
export function requireTokenIds(body: OpenaiBody, wantsLogprobs: boolean): void {
  if (wantsLogprobs && body.return_tokens_as_token_ids !== true) {
    throw invalidField('logprobs', 'is supported with return_tokens_as_token_ids: true only', 'supported');
  }
  if (wantsLogprobs && body.stream === true) {
    throw invalidField('logprobs', 'is not supported with stream: true', 'supported');
  }
}

/** Bodies that passed their schema, and what they ask of a Model. */
import type { ChatMessage, ModelInput, SamplingParameters } from '../inference/model.ts';
import { invalidField, refusal } from './http-error.ts';
import type { ResponseFormat } from './response-format.ts';
import type { ModelDirectory, ServedModelEntry } from './model-directory.ts';

export interface SamplingBody {
  readonly max_tokens?: number | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly top_k?: number | null;
  readonly min_p?: number | null;
  readonly repetition_penalty?: number | null;
  readonly presence_penalty?: number | null;
  readonly frequency_penalty?: number | null;
  readonly logit_bias?: Readonly<Record<string, number>> | null;
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
  readonly n?: number | null;
  readonly return_token_ids?: boolean | null;
  readonly return_tokens_as_token_ids?: boolean | null;
}

export interface MessageBody {
  readonly role: 'system' | 'developer' | 'user' | 'assistant';
  readonly content: string | readonly { readonly text: string }[];
}

export interface ChatBody extends OpenaiBody {
  readonly messages: readonly MessageBody[];
  readonly response_format?: ResponseFormat | null;
  readonly max_completion_tokens?: number | null;
  readonly logprobs?: boolean | null;
  readonly top_logprobs?: number | null;
}

/** A text or token ids. */
type PromptBody = string | readonly number[];

export interface CompletionBody extends OpenaiBody {
  readonly prompt: PromptBody | readonly PromptBody[];
  readonly logprobs?: number | null;
  readonly echo?: boolean | null;
}

export interface TokenizeBody {
  readonly model?: string;
  readonly prompt?: string;
  readonly messages?: readonly MessageBody[];
  readonly add_special_tokens?: boolean;
  readonly return_token_strs?: boolean | null;
}

export interface DetokenizeBody {
  readonly model?: string;
  readonly tokens: readonly number[];
}

export interface LogLikelihoodBody {
  readonly model?: string;
  readonly prompt?: PromptBody;
  readonly messages?: readonly MessageBody[];
  readonly raw?: boolean;
  readonly completion: string;
}

const SEEDS = 2 ** 32;

/** Without a seed, every request draws its own. */
export function seedOf(body: SamplingBody): number {
  return body.seed ?? Math.floor(Math.random() * SEEDS);
}

/** What is absent or null is left to the model. */
export function samplingOf(body: SamplingBody, seed = seedOf(body)): Writable<SamplingParameters> {
  const sampling: Writable<SamplingParameters> = { seed };
  if (isGiven(body.max_tokens)) sampling.maxTokens = body.max_tokens;
  if (isGiven(body.temperature)) sampling.temperature = body.temperature;
  if (isGiven(body.top_p)) sampling.topP = body.top_p;
  if (isGiven(body.top_k)) sampling.topK = body.top_k;
  if (isGiven(body.min_p)) sampling.minP = body.min_p;
  if (isGiven(body.repetition_penalty)) sampling.repetitionPenalty = body.repetition_penalty;
  if (isGiven(body.presence_penalty)) sampling.presencePenalty = body.presence_penalty;
  if (isGiven(body.frequency_penalty)) sampling.frequencyPenalty = body.frequency_penalty;
  if (isGiven(body.logit_bias)) sampling.logitBias = body.logit_bias;
  if (isGiven(body.stop)) sampling.stop = typeof body.stop === 'string' ? [body.stop] : body.stop;
  return sampling;
}

export type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const isGiven = <Value>(value: Value | null | undefined): value is Value =>
  value !== undefined && value !== null;

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

/** The prompts of a completion, each to be continued as it stands. */
export function promptsOf(prompt: CompletionBody['prompt']): readonly ModelInput[] {
  const isOne = typeof prompt === 'string' || typeof prompt[0] === 'number';
  // The schema let no list through that holds both texts and numbers.
  const prompts = (isOne ? [prompt] : prompt) as readonly PromptBody[];
  return prompts.map((each) => (typeof each === 'string' ? { prompt: each, raw: true } : { tokens: each }));
}

/** What a body that takes a prompt or messages asks of a model.
 *  @throws HttpError 422 for both or neither */
export function inputOf({
  prompt,
  messages,
  raw,
}: Pick<LogLikelihoodBody, 'prompt' | 'messages' | 'raw'>): ModelInput {
  if (messages === undefined) {
    if (prompt === undefined) throw invalidField('prompt', 'is missing', 'required');
    return typeof prompt === 'string' ? { prompt, raw: raw ?? false } : { tokens: prompt };
  }
  if (prompt !== undefined) throw invalidField('prompt', 'stands beside messages: give one of them', 'oneOf');
  if (raw !== undefined) throw invalidField('raw', 'stands beside messages: it is for a prompt', 'oneOf');
  return { messages: messagesOf(messages) };
}

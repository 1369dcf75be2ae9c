/** What may be asked of a model: defaults and limits of the sampling parameters, checked before any work.
 *  Shared by every Model, so that a parameter is refused in the same words everywhere. */
import { EngineError } from '../errors.ts';
import { type Constraint, plainConstraint } from '../grammar/constraint.ts';
import {
  MOST_TOP_LOGPROBS,
  type ChatMessage,
  type GenerateRequest,
  type LogLikelihoodRequest,
  type ModelInput,
} from './model.ts';

/** Tokens generated where the caller names no number. */
export const DEFAULT_MAX_TOKENS = 128;

/** Sampling parameters with their defaults. */
export interface Sampling {
  /** null: as many as fit, at most DEFAULT_MAX_TOKENS. */
  readonly maxTokens: number | null;
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly minP: number;
  readonly repetitionPenalty: number;
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
  readonly logitBias: Readonly<Record<number, number>>;
  readonly stop: readonly string[];
  readonly seed: number;
  readonly constraint: Constraint | null;
}

/** @throws EngineError E_PROMPT_EMPTY, E_REQUEST_INVALID naming field and value */
export function checkGenerateRequest(request: GenerateRequest): Sampling {
  checkInput(request);
  const { maxTokens, temperature = 0, topP = 1, topK = 0, stop = [], seed = 0 } = request;
  demand('maxTokens', maxTokens, 'an integer above 0', maxTokens === undefined || isInteger(maxTokens, 1));
  demand('temperature', temperature, 'from 0 to 2', inRange(temperature, 0, 2));
  demand('topP', topP, 'above 0 and at most 1', topP !== 0 && inRange(topP, 0, 1));
  demand('topK', topK, 'an integer from 0 on', isInteger(topK, 0));
  const {
    minP = 0,
    repetitionPenalty = 1,
    presencePenalty = 0,
    frequencyPenalty = 0,
    logitBias = {},
  } = request;
  demand('minP', minP, 'from 0 to 1', inRange(minP, 0, 1));
  demand(
    'repetitionPenalty',
    repetitionPenalty,
    'above 0 and at most 10',
    repetitionPenalty !== 0 && inRange(repetitionPenalty, 0, 10),
  );
  demand('presencePenalty', presencePenalty, 'from -2 to 2', inRange(presencePenalty, -2, 2));
  demand('frequencyPenalty', frequencyPenalty, 'from -2 to 2', inRange(frequencyPenalty, -2, 2));
  demand(
    'logitBias',
    logitBias,
    'an object of token ids and numbers from -100 to 100',
    isLogitBias(logitBias),
  );
  demand('seed', seed, 'an integer', Number.isSafeInteger(seed));
  const { topLogprobs = 0 } = request;
  demand(
    'topLogprobs',
    topLogprobs,
    `an integer from 0 to ${MOST_TOP_LOGPROBS}`,
    isInteger(topLogprobs, 0) && topLogprobs <= MOST_TOP_LOGPROBS,
  );
  demand(
    'stop',
    stop,
    'a list of texts that are not empty',
    Array.isArray(stop) && stop.every((text) => typeof text === 'string' && text !== ''),
  );
  const penalties = { repetitionPenalty, presencePenalty, frequencyPenalty, logitBias };
  const constraint = request.constraint === undefined ? null : plainConstraint(request.constraint);
  if (constraint !== null && stop.length > 0) {
    throw new EngineError(
      'E_REQUEST_INVALID',
      'stop does not go with a constraint, which it would cut short',
    );
  }
  return {
    maxTokens: maxTokens ?? null,
    temperature,
    topP,
    topK,
    minP,
    ...penalties,
    stop,
    seed,
    constraint,
  };
}

/** @throws EngineError E_PROMPT_EMPTY, E_REQUEST_INVALID */
export function checkLogLikelihoodRequest(request: LogLikelihoodRequest): void {
  checkInput(request);
  const { completion } = request;
  demand(
    'completion',
    completion,
    'a text that is not empty',
    typeof completion === 'string' && completion !== '',
  );
}

/** The input as messages, where it is a chat; the text itself, where it is raw.
 *  @throws EngineError E_REQUEST_INVALID for token ids: their text is not known here */
export function chatOf(input: ModelInput): readonly ChatMessage[] {
  if (input.messages !== undefined) return input.messages;
  if (input.prompt !== undefined) return [{ role: 'user', content: input.prompt }];
  throw new EngineError('E_REQUEST_INVALID', 'this model has no tokenizer, but got tokens', {
    remedy: 'Give a prompt or messages.',
  });
}

const roles: ReadonlySet<string> = new Set(['system', 'user', 'assistant']);

/** @throws EngineError E_PROMPT_EMPTY, E_REQUEST_INVALID */
export function checkInput(input: ModelInput): void {
  const { prompt, messages, tokens } = input;
  if (Number(prompt !== undefined) + Number(messages !== undefined) + Number(tokens !== undefined) !== 1) {
    throw new EngineError('E_REQUEST_INVALID', 'give exactly one of prompt, messages and tokens');
  }
  if (tokens !== undefined) {
    const holds = Array.isArray(tokens) && tokens.every((token) => isInteger(token, 0));
    demand('tokens', tokens, 'a list of token ids', holds);
    if (tokens.length === 0) throw new EngineError('E_PROMPT_EMPTY', 'there are no tokens');
    return;
  }
  if (prompt !== undefined) {
    demand('prompt', prompt, 'a text', typeof prompt === 'string');
    if (prompt === '') throw new EngineError('E_PROMPT_EMPTY', 'the prompt is empty');
    return;
  }
  demand(
    'messages',
    messages,
    'a list of {role, content}',
    Array.isArray(messages) && messages.every(isMessage),
  );
  if (messages.length === 0) throw new EngineError('E_PROMPT_EMPTY', 'there are no messages');
  if (messages.at(-1)!.content === '') throw new EngineError('E_PROMPT_EMPTY', 'the last message is empty');
}

function isMessage(value: unknown): value is ChatMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { role, content } = value as Record<string, unknown>;
  return typeof role === 'string' && roles.has(role) && typeof content === 'string';
}

function isLogitBias(value: unknown): value is Record<number, number> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(([token, bias]) => /^\d{1,9}$/.test(token) && inRange(bias, -100, 100))
  );
}

function inRange(value: number, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function isInteger(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

function demand(field: string, value: unknown, expected: string, holds: boolean): void {
  if (holds) return;
  const shown = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  throw new EngineError('E_REQUEST_INVALID', `${field} should be ${expected}, not ${shown.slice(0, 80)}`);
}

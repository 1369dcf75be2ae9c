/** What an OpenAI-compatible endpoint answered, read with care: the sender is not trusted.
 *  Knows the two kinds of completion, whole and streamed; knows nothing of sockets. */
import type { GenerateResult, Usage } from '../../engine/index.ts';
import { EndpointError } from './endpoint.ts';

export type CompletionKind = 'chat' | 'text';

export interface CompletionAnswer {
  readonly text: string;
  readonly tokens: readonly number[];
  readonly logprobs: readonly number[] | null;
  readonly usage: Usage;
  readonly finishReason: GenerateResult['finishReason'];
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function firstChoice(body: unknown): Fields | null {
  const { choices } = fieldsOf(body);
  return Array.isArray(choices) && choices.length > 0 ? fieldsOf(choices[0]) : null;
}

function usageOf(body: unknown): Usage | null {
  const usage = fieldsOf(fieldsOf(body)['usage']);
  const count = (name: string): number => {
    const value = usage[name];
    return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : 0;
  };
  const promptTokens = count('prompt_tokens');
  const completionTokens = count('completion_tokens');
  if (promptTokens + completionTokens === 0) return null;
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens };
}

/** Where an endpoint does not tell, no tokens are counted, rather than guessed. */
const NO_USAGE: Usage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };

function finishReasonOf(value: unknown): GenerateResult['finishReason'] {
  if (value === 'stop' || value === 'length') return value;
  // An answer that a filter cut, or that calls a tool, is not what the model would have said.
  throw new EndpointError(`The endpoint ended its answer with ${JSON.stringify(value)?.slice(0, 60)}.`);
}

function numbersOf(values: unknown): readonly number[] | null {
  return Array.isArray(values) && values.every((value) => typeof value === 'number') ? values : null;
}

function logprobsOf(kind: CompletionKind, choice: Fields): readonly number[] | null {
  const logprobs = fieldsOf(choice['logprobs']);
  if (kind === 'text') return numbersOf(logprobs['token_logprobs']);
  const { content } = logprobs;
  return Array.isArray(content) ? numbersOf(content.map((entry) => fieldsOf(entry)['logprob'])) : null;
}

/** @throws EndpointError when it is not the answer to a completion */
export function readCompletion(kind: CompletionKind, body: unknown): CompletionAnswer {
  const choice = firstChoice(body);
  const text = kind === 'text' ? choice?.['text'] : fieldsOf(choice?.['message'])['content'];
  if (choice === null || typeof text !== 'string') {
    throw new EndpointError(
      `The endpoint answered without ${kind === 'text' ? 'choices[0].text' : 'choices[0].message.content'}.`,
    );
  }
  return {
    text,
    tokens: numbersOf(choice['token_ids']) ?? [],
    logprobs: logprobsOf(kind, choice),
    usage: usageOf(body) ?? NO_USAGE,
    finishReason: finishReasonOf(choice['finish_reason']),
  };
}

/** Collects the chunks of a stream. */
export class CompletionStream {
  readonly #kind: CompletionKind;
  #text = '';
  #tokens: readonly number[] = [];
  #usage: Usage = NO_USAGE;
  #finishReason: GenerateResult['finishReason'] | null = null;

  constructor(kind: CompletionKind) {
    this.#kind = kind;
  }

  /** The text this event adds.
   *  @throws EndpointError for an error sent as an event, or for what is no chunk */
  add(data: string): string {
    if (data === '[DONE]') return '';
    const body = parsed(data);
    const { error } = fieldsOf(body);
    if (error !== undefined && error !== null) {
      const { message } = fieldsOf(error);
      throw new EndpointError(`The endpoint broke off: ${String(message).slice(0, 200)}`);
    }
    this.#usage = usageOf(body) ?? this.#usage;
    const choice = firstChoice(body);
    if (choice === null) return '';
    this.#tokens = numbersOf(choice['token_ids']) ?? this.#tokens;
    const reason = choice['finish_reason'];
    if (reason !== undefined && reason !== null) this.#finishReason = finishReasonOf(reason);
    const text = this.#kind === 'text' ? choice['text'] : fieldsOf(choice['delta'])['content'];
    if (typeof text !== 'string') return '';
    this.#text += text;
    return text;
  }

  /** @throws EndpointError when the stream ended before the answer did */
  end(): CompletionAnswer {
    if (this.#finishReason === null) throw new EndpointError('The stream ended before the answer did.');
    return {
      text: this.#text,
      tokens: this.#tokens,
      logprobs: null,
      usage: this.#usage,
      finishReason: this.#finishReason,
    };
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new EndpointError(`The stream holds an event that is no JSON: ${data.slice(0, 60)}`, { cause });
  }
}

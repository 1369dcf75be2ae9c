/** What an OpenAI-compatible endpoint answered, read with care: the sender is not trusted.
 *  Knows the two kinds of completion, whole and streamed; knows nothing of sockets. */
import type { GenerateResult, TokenAlternative, TokenLogprob, Usage } from '../../engine/index.ts';
import { EndpointError } from './endpoint.ts';

export type CompletionKind = 'chat' | 'text';

export interface CompletionAnswer {
  readonly text: string;
  readonly tokens: readonly number[];
  readonly logprobs: readonly TokenLogprob[] | null;
  readonly usage: Usage;
  /** Of the answer, where the endpoint names it. */
  readonly id: string | null;
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

function idOf(body: unknown): string | null {
  const { id } = fieldsOf(body);
  return typeof id === 'string' && id !== '' ? id.slice(0, 200) : null;
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

function alternativesOf(entries: readonly (readonly [unknown, unknown])[]): TokenAlternative[] | null {
  const found = entries.flatMap(([text, logprob]) =>
    typeof text === 'string' && typeof logprob === 'number' ? [{ token: null, text, logprob }] : [],
  );
  return found.length === entries.length ? found.sort((a, b) => b.logprob - a.logprob) : null;
}

/** Tokens, log-probabilities and the most likely tokens beside them; null where they are not all there. */
function logprobsOf(kind: CompletionKind, choice: Fields): readonly TokenLogprob[] | null {
  const given = fieldsOf(choice['logprobs']);
  const ids = numbersOf(choice['token_ids']);
  const rows = kind === 'text' ? textRows(given) : chatRows(given);
  if (rows === null) return null;
  const logprobs = rows.flatMap(({ text, logprob, top }, i): TokenLogprob[] => {
    const others = alternativesOf(top);
    if (typeof text !== 'string' || typeof logprob !== 'number' || others === null) return [];
    return [{ token: ids?.length === rows.length ? ids[i]! : null, text, logprob, top: others }];
  });
  return logprobs.length === rows.length ? logprobs : null;
}

interface LogprobRow {
  readonly text: unknown;
  readonly logprob: unknown;
  readonly top: readonly (readonly [unknown, unknown])[];
}

function textRows({ tokens, token_logprobs: values, top_logprobs: tops }: Fields): LogprobRow[] | null {
  if (!Array.isArray(tokens) || !Array.isArray(values) || tokens.length !== values.length) return null;
  const others: readonly unknown[] = Array.isArray(tops) ? tops : [];
  return tokens.map((text, i) => ({
    text,
    logprob: values[i],
    top: Object.entries(fieldsOf(others[i])),
  }));
}

function chatRows({ content }: Fields): LogprobRow[] | null {
  if (!Array.isArray(content)) return null;
  return content.map((entry) => {
    const { token: text, logprob, top_logprobs: tops } = fieldsOf(entry);
    const others: readonly unknown[] = Array.isArray(tops) ? tops : [];
    return { text, logprob, top: others.map(fieldsOf).map((other) => [other['token'], other['logprob']]) };
  });
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
    id: idOf(body),
    finishReason: finishReasonOf(choice['finish_reason']),
  };
}

export interface StreamPiece {
  readonly text: string;
  readonly logprobs: readonly TokenLogprob[];
}

const NOTHING: StreamPiece = { text: '', logprobs: [] };

/** The ids of a stream's tokens come at its end. */
function withId(entry: TokenLogprob, id: number | undefined): TokenLogprob {
  return id === undefined ? entry : { ...entry, token: id };
}

/** Collects the chunks of a stream. */
export class CompletionStream {
  readonly #kind: CompletionKind;
  #text = '';
  #tokens: readonly number[] = [];
  #logprobs: TokenLogprob[] | null = null;
  #usage: Usage = NO_USAGE;
  #id: string | null = null;
  #finishReason: GenerateResult['finishReason'] | null = null;

  constructor(kind: CompletionKind) {
    this.#kind = kind;
  }

  /** The text this event adds, and the log-probabilities that came with it.
   *  @throws EndpointError for an error sent as an event, or for what is no chunk */
  add(data: string): StreamPiece {
    if (data === '[DONE]') return NOTHING;
    const body = parsed(data);
    const { error } = fieldsOf(body);
    if (error !== undefined && error !== null) {
      const { message } = fieldsOf(error);
      throw new EndpointError(`The endpoint broke off: ${String(message).slice(0, 200)}`);
    }
    this.#usage = usageOf(body) ?? this.#usage;
    this.#id ??= idOf(body);
    const choice = firstChoice(body);
    if (choice === null) return NOTHING;
    this.#tokens = numbersOf(choice['token_ids']) ?? this.#tokens;
    const reason = choice['finish_reason'];
    if (reason !== undefined && reason !== null) this.#finishReason = finishReasonOf(reason);
    const text = this.#kind === 'text' ? choice['text'] : fieldsOf(choice['delta'])['content'];
    const logprobs = logprobsOf(this.#kind, choice) ?? [];
    if (logprobs.length > 0) (this.#logprobs ??= []).push(...logprobs);
    if (typeof text !== 'string') return { text: '', logprobs };
    this.#text += text;
    return { text, logprobs };
  }

  /** @throws EndpointError when the stream ended before the answer did */
  end(): CompletionAnswer {
    if (this.#finishReason === null) throw new EndpointError('The stream ended before the answer did.');
    return {
      text: this.#text,
      tokens: this.#tokens,
      logprobs: this.#logprobs?.map((entry, i) => withId(entry, this.#tokens[i])) ?? null,
      usage: this.#usage,
      id: this.#id,
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

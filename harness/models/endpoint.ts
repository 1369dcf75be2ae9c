/** An HTTP endpoint that speaks JSON: sends a request, tries again where the infrastructure failed, and turns
 *  every failure into E_ENDPOINT, or E_TIMEOUT where time ran out. Knows nothing of models. The key is never part of a message. */
import { Agent, type Dispatcher, request as send } from 'undici';
import { EngineError } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';

export interface EndpointOptions {
  /** Sent as `Authorization: Bearer <key>`. */
  readonly key?: string | undefined;
  /** For one attempt, from sending to the last byte. */
  readonly timeoutMs?: number;
  /** Pauses before the second attempt, the third, and so on. */
  readonly retryDelaysMs?: readonly number[];
}

export interface EndpointRequest {
  readonly path: string;
  /** Sent as JSON with POST; absent: GET. */
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
  /** Given the name of a request that is answered, as the server has it in its log. */
  readonly onRequestId?: (id: string) => void;
}

/** A refusal with its status and what could be read of its body. */
export class EndpointError extends HarnessError {
  readonly status: number | null;
  /** The body, where it is JSON. */
  readonly body: unknown;

  constructor(
    what: string,
    details: {
      readonly status?: number;
      readonly body?: unknown;
      readonly cause?: unknown;
      readonly code?: 'E_ENDPOINT' | 'E_TIMEOUT';
    } = {},
  ) {
    super(details.code ?? 'E_ENDPOINT', what, details.cause === undefined ? {} : { cause: details.cause });
    this.status = details.status ?? null;
    this.body = details.body;
  }
}

const DEFAULT_TIMEOUT_MS = 300_000;
const DEFAULT_RETRY_DELAYS_MS = [250, 1_000, 4_000];
/** An endpoint that asks for a longer pause has, for this run, said no. */
const MOST_PAUSE_MS = 60_000;
const MOST_BODY_BYTES = 16 << 20;
const EXCERPT_CHARACTERS = 200;

const RETRIED_STATUSES = new Set([429, 502, 503]);
const TIMEOUT_STATUSES = new Set([408, 504]);
/** Failures before or between exchanges. A timeout is none: asking again would take as long again. */
const RETRIED_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export class Endpoint {
  readonly baseUrl: string;
  readonly #agent: Agent;
  readonly #key: string | undefined;
  readonly #timeoutMs: number;
  readonly #retryDelaysMs: readonly number[];

  /** @throws HarnessError E_USAGE for a key that no header can carry */
  constructor(baseUrl: string, options: EndpointOptions = {}) {
    this.baseUrl = baseUrl;
    if (options.key !== undefined && !/^[!-~]+$/.test(options.key)) {
      throw new HarnessError(
        'E_USAGE',
        'HARNESS_API_KEY is empty or holds a space, a line break or a letter outside ASCII.',
      );
    }
    this.#key = options.key;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#retryDelaysMs = options.retryDelaysMs ?? DEFAULT_RETRY_DELAYS_MS;
    this.#agent = new Agent({ headersTimeout: this.#timeoutMs, bodyTimeout: this.#timeoutMs });
  }

  /** The answer's JSON.
   *  @throws EndpointError; EngineError E_ABORTED */
  async json(request: EndpointRequest): Promise<unknown> {
    return await this.#attempts(request, async (response) => {
      const text = await this.#text(response);
      try {
        return JSON.parse(text) as unknown;
      } catch (cause) {
        throw new EndpointError(`${this.#where(request)} answered no JSON: ${this.#excerpt(text)}`, {
          cause,
        });
      }
    });
  }

  /** Hands each piece of a successful answer's text to `onText`. Once there was one, nothing is tried again.
   *  @throws EndpointError; EngineError E_ABORTED */
  async stream(request: EndpointRequest, onText: (text: string) => void): Promise<void> {
    let begun = false;
    await this.#attempts(
      request,
      async (response) => {
        for await (const text of textOf(response)) {
          begun = true;
          onText(text);
        }
      },
      () => !begun,
    );
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #attempts<Result>(
    request: EndpointRequest,
    read: (response: Dispatcher.ResponseData) => Promise<Result>,
    mayRetry: () => boolean = () => true,
  ): Promise<Result> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#attempt(request, read);
      } catch (error) {
        if (request.signal?.aborted === true) throw aborted();
        const { failure, pauseMs } = error instanceof Retriable ? error : { failure: error, pauseMs: null };
        const delayMs = this.#retryDelaysMs[attempt];
        if (!(error instanceof Retriable) || delayMs === undefined || !mayRetry()) throw failure;
        if (pauseMs !== null && pauseMs > MOST_PAUSE_MS) throw failure;
        await pause(pauseMs ?? delayMs, request.signal);
      }
    }
  }

  async #attempt<Result>(
    request: EndpointRequest,
    read: (response: Dispatcher.ResponseData) => Promise<Result>,
  ): Promise<Result> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#timeoutMs);
    const { path, body, signal } = request;
    try {
      const response = await send(`${this.baseUrl}${path}`, {
        dispatcher: this.#agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(this.#key !== undefined && { authorization: `Bearer ${this.#key}` }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
      });
      if (response.statusCode === 200) {
        const id = response.headers['x-request-id'];
        if (typeof id === 'string' && id !== '') request.onRequestId?.(id.slice(0, EXCERPT_CHARACTERS));
        return await read(response);
      }
      throw await this.#refusal(request, response);
    } catch (cause) {
      if (cause instanceof HarnessError || cause instanceof Retriable || signal?.aborted === true)
        throw cause;
      if (late.signal.aborted || isTimeout(cause)) {
        throw new EndpointError(`${this.#where(request)} did not answer within ${this.#timeoutMs} ms.`, {
          code: 'E_TIMEOUT',
        });
      }
      const code = codeOf(cause);
      const failure = new EndpointError(
        `${this.#where(request)} failed: ${this.#redacted(code ?? String(cause))}.`,
        { cause },
      );
      throw code !== undefined && RETRIED_CODES.has(code) ? new Retriable(failure, null) : failure;
    } finally {
      clearTimeout(timer);
    }
  }

  async #refusal(request: EndpointRequest, response: Dispatcher.ResponseData): Promise<Error> {
    const status = response.statusCode;
    const text = this.#redacted(await this.#text(response));
    const body = jsonOrUndefined(text);
    const failure = new EndpointError(`${this.#where(request)} answered ${status}: ${this.#excerpt(text)}`, {
      status,
      body,
      ...(TIMEOUT_STATUSES.has(status) && { code: 'E_TIMEOUT' as const }),
    });
    return RETRIED_STATUSES.has(status)
      ? new Retriable(failure, retryAfterMs(response.headers['retry-after']))
      : failure;
  }

  async #text(response: Dispatcher.ResponseData): Promise<string> {
    let text = '';
    for await (const piece of textOf(response)) text += piece;
    return text;
  }

  #where({ path, body }: EndpointRequest): string {
    return `${body === undefined ? 'GET' : 'POST'} ${this.baseUrl}${path}`;
  }

  /** Short and on one line; an endpoint may echo the key, and what it says is not ours. */
  #excerpt(text: string): string {
    const line = this.#redacted(text)
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim();
    if (line === '') return '(empty)';
    return line.length > EXCERPT_CHARACTERS ? `${line.slice(0, EXCERPT_CHARACTERS)}…` : line;
  }

  #redacted(text: string): string {
    return this.#key === undefined ? text : text.replaceAll(this.#key, '[key]');
  }
}

/** A failure that another attempt may mend. */
class Retriable extends Error {
  readonly failure: EndpointError;
  /** What the endpoint asked for. */
  readonly pauseMs: number | null;

  constructor(failure: EndpointError, pauseMs: number | null) {
    super(failure.message);
    this.failure = failure;
    this.pauseMs = pauseMs;
  }
}

async function* textOf(response: Dispatcher.ResponseData): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BODY_BYTES)
      throw new EndpointError(`The answer is longer than ${MOST_BODY_BYTES} bytes.`);
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds or a date (RFC 9110, 10.2.3); null where it is neither. */
function retryAfterMs(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string' || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(aborted());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

function aborted(): EngineError {
  return new EngineError('E_ABORTED', 'The request was given up by its caller.');
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  const first = error instanceof AggregateError ? (error.errors as unknown[])[0] : undefined;
  return first === undefined ? undefined : codeOf(first);
}

function isTimeout(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
}

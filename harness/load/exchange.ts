/** One request and its answer over undici's dispatch, with the time of everything that happens to it. A request is
 *  never tried again: a load test that hides a failure measures something else.
 *  Knows sockets and clocks; knows nothing of schedules. */
import { Agent, type Dispatcher } from 'undici';
import { HarnessError } from '../errors.ts';
import { eventParser } from '../models/server-sent-events.ts';
import type { Failure, FailureClass, LoadRecord } from './load-record.ts';
import { type Ask, readAnswer, requestBody, type RouteName, routes } from './routes.ts';

export interface LoadTarget {
  /** Without a slash at its end, such as `http://127.0.0.1:8001`; `/v1/…` comes behind it. */
  readonly baseUrl: string;
  readonly model: string | null;
  readonly route: RouteName;
  readonly stream: boolean;
  /** Of one request, from sending to the last byte. */
  readonly timeoutMs: number;
  /** Sent as `Authorization: Bearer <key>`; never part of a record or a message. */
  readonly key: string | undefined;
}

/** Times on performance.now()'s clock. */
export type Exchange = Pick<
  LoadRecord,
  'itlMs' | 'promptTokens' | 'completionTokens' | 'tokensToldByServer' | 'status' | 'failure'
> & {
  readonly sentAt: number;
  readonly firstTokenAt: number | null;
  readonly endAt: number;
};

const MOST_BODY_BYTES = 16 << 20;
const EXCERPT_CHARACTERS = 160;

export class LoadClient {
  readonly #target: LoadTarget;
  readonly #agent: Agent;
  readonly #origin: string;
  readonly #path: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @throws HarnessError E_USAGE for a key that no header can carry */
  constructor(target: LoadTarget) {
    const { baseUrl, route, stream, key, timeoutMs } = target;
    if (key !== undefined && !/^[!-~]+$/.test(key)) {
      throw new HarnessError(
        'E_USAGE',
        'HARNESS_API_KEY is empty or holds a space, a line break or a letter outside ASCII.',
      );
    }
    const url = new URL(`${baseUrl}${routes[route].path}`);
    this.#target = target;
    this.#origin = url.origin;
    this.#path = url.pathname;
    this.#headers = {
      'content-type': 'application/json',
      accept: stream ? 'text/event-stream' : 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    };
    // Time is kept here, for the whole of a request. One request a connection: a second would wait behind the first.
    this.#agent = new Agent({
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: timeoutMs },
    });
  }

  /** Always resolves; a failure is part of what is measured. */
  send(ask: Ask): Promise<Exchange> {
    const { model, route, stream } = this.#target;
    const body = requestBody(route, model, ask, stream);
    return new Promise((resolve) => {
      const reading = new Reading(this.#target, resolve);
      this.#agent.dispatch(
        { origin: this.#origin, path: this.#path, method: 'POST', headers: this.#headers, body },
        reading,
      );
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

class Reading implements Dispatcher.DispatchHandler {
  readonly #target: LoadTarget;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #sentAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #decoder = new TextDecoder();
  readonly #events = eventParser();
  readonly #itlMs: number[] = [];
  #controller: Dispatcher.DispatchController | null = null;
  #ended = false;
  #status: number | null = null;
  #bytes = 0;
  #text = '';
  #firstTokenAt: number | null = null;
  #lastTokenAt = 0;
  #pieces = 0;
  #finished = false;
  #usage: { readonly promptTokens: number; readonly completionTokens: number } | null = null;

  constructor(target: LoadTarget, resolve: (exchange: Exchange) => void) {
    this.#target = target;
    this.#resolve = resolve;
    this.#timer = setTimeout(
      () => this.#fail('timeout', `no whole answer within ${target.timeoutMs} ms`),
      target.timeoutMs,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(new Error('given up'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    const now = performance.now();
    this.#bytes += chunk.byteLength;
    if (this.#bytes > MOST_BODY_BYTES) {
      this.#fail('badAnswer', `the answer is longer than ${MOST_BODY_BYTES} bytes`);
      return;
    }
    const text = this.#decoder.decode(chunk, { stream: true });
    if (this.#status !== 200 || !this.#target.stream) this.#text += text;
    else for (const data of this.#events(text)) this.#event(data, now);
  }

  onResponseEnd(): void {
    if (this.#ended) return;
    const status = this.#status!;
    if (status !== 200) {
      this.#fail(classOfStatus(status), `status ${status}: ${this.#excerpt()}`);
    } else if (this.#target.stream) {
      if (this.#finished) this.#end(null);
      else this.#fail('badAnswer', 'the stream ended before the answer did');
    } else {
      const { text, usage, fault } = readAnswer(this.#target.route, this.#text, true);
      this.#usage = usage;
      this.#pieces = text === '' ? 0 : 1;
      if (fault === null) this.#end(null);
      else this.#fail('badAnswer', fault);
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail('connection', codeOf(error) ?? error.name);
  }

  #event(data: string, now: number): void {
    if (data === '[DONE]') {
      this.#finished = true;
      return;
    }
    const { text, usage, finished, fault } = readAnswer(this.#target.route, data, false);
    if (fault !== null) {
      this.#fail('badAnswer', `an event of the stream: ${fault}`);
      return;
    }
    this.#usage = usage ?? this.#usage;
    this.#finished ||= finished;
    if (text === '') return;
    this.#pieces++;
    if (this.#firstTokenAt === null) this.#firstTokenAt = now;
    else this.#itlMs.push(now - this.#lastTokenAt);
    this.#lastTokenAt = now;
  }

  #fail(kind: FailureClass, detail: string): void {
    this.#end({ class: kind, detail });
    this.#controller?.abort(new Error('given up'));
  }

  #end(failure: Failure | null): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    const usage = this.#usage;
    this.#resolve({
      sentAt: this.#sentAt,
      firstTokenAt: this.#firstTokenAt,
      endAt: performance.now(),
      itlMs: this.#itlMs,
      promptTokens: usage?.promptTokens ?? null,
      // A whole answer without a count cannot be counted: it is one piece.
      completionTokens: usage?.completionTokens ?? (this.#target.stream ? this.#pieces : null),
      tokensToldByServer: usage !== null,
      status: this.#status,
      failure,
    });
  }

  /** Short, on one line, without the key: what an endpoint says is not ours. */
  #excerpt(): string {
    const { key } = this.#target;
    const line = (key === undefined ? this.#text : this.#text.replaceAll(key, '[key]'))
      .replaceAll(/[\s\p{C}]+/gu, ' ')
      .trim();
    return line.length > EXCERPT_CHARACTERS ? `${line.slice(0, EXCERPT_CHARACTERS)}…` : line || '(empty)';
  }
}

function classOfStatus(status: number): FailureClass {
  if (status === 429) return 'rateLimited';
  return status >= 400 && status < 500 ? 'refused' : 'serverError';
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code === 'string' && code !== '') return code;
  const first = error instanceof AggregateError ? (error.errors as unknown[])[0] : undefined;
  return first === undefined ? undefined : codeOf(first);
}

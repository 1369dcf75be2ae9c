/** A server over a model given by a function, on a free port, and short ways to talk to it. */
import { request } from 'undici';
import { type Model, type ServedModel, serveModel } from '../../engine/index.ts';
import { askedOf, functionModel } from '../../fixtures/function-model.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The text parsed; undefined where it is no JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface TestServer {
  readonly url: string;
  /** What the server logged. */
  readonly log: readonly string[];
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** An object is sent as JSON, a text as it stands. */
  post(path: string, body: object | string, headers?: Record<string, string>): Promise<Answer>;
  options(path: string, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

/** Answers with two pieces that quote the prompt; fails on the prompt "boom". */
const quoting = (): Model =>
  functionModel((asking) => {
    const asked = askedOf(asking);
    if (asked === 'boom') throw new Error(`cannot answer ${asked}`);
    return ['You said: ', asked];
  }, 'quoting');

export async function startTestServer(
  serving: Parameters<typeof serveModel>[1] = {},
  model: Model = quoting(),
): Promise<TestServer> {
  const log: string[] = [];
  const server: ServedModel = await serveModel(model, { log: (line) => log.push(line), ...serving });
  async function send(
    method: 'GET' | 'POST' | 'OPTIONS',
    path: string,
    headers: Record<string, string>,
    body: string | null,
  ): Promise<Answer> {
    const response = await request(`${server.url}${path}`, { method, headers, body });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, text, json: parsed(text) };
  }
  return {
    url: server.url,
    log,
    get: (path, headers = {}) => send('GET', path, headers, null),
    options: (path, headers = {}) => send('OPTIONS', path, headers, null),
    post: (path, body, headers = {}) =>
      send(
        'POST',
        path,
        { 'content-type': 'application/json', ...headers },
        typeof body === 'string' ? body : JSON.stringify(body),
      ),
    close: () => server.close(),
  };
}

function parsed(text: string): Answer['json'] {
  try {
    return JSON.parse(text) as Answer['json'];
  } catch {
    return {};
  }
}

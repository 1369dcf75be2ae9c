/** Ten thousand hostile requests against a server in a process of its own: no crash, no slot lost, memory bounded,
 *  and every answer a 4xx in the shape of its route (a broken socket may simply be closed).
 *
 *      npm run check:server-hostile -- [--requests 10000] [--seed 1]
 *
 *  Talks to 127.0.0.1 only, `CONCURRENCY` connections at a time; a connection lives ten seconds at most. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { request } from 'undici';
import { MersenneTwister } from '../../harness/data/random.ts';
import { startHarness } from '../helpers/cli.ts';

const CONCURRENCY = 32;
const PATIENCE_MS = 10_000;
const WARM_UP = 1_000;
const MOST_GROWTH_BYTES = 100 * 2 ** 20;

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const total = Number(values.requests);
const random = new MersenneTwister(Number(values.seed));
const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)]!;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Attack {
  readonly path: string;
  /** Sent one after the other, `pauseMs` apart. */
  readonly chunks: readonly (string | Buffer)[];
  readonly pauseMs?: number;
  /** What is done when all is sent: wait for the answer, close the writing side, or hang up. */
  readonly ending?: 'wait' | 'half-close' | 'hang-up';
  /** Bytes that are no request at all need not be answered. */
  readonly broken?: boolean;
}

const POSTS = [
  '/generate',
  '/v1/completions',
  '/v1/chat/completions',
  '/v1/loglikelihood',
  '/api/chat',
  '/api/generate',
] as const;

function post(path: string, body: string | Buffer, headers = ''): string | Buffer {
  const bytes = Buffer.from(body);
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n${headers}`;
  return Buffer.concat([Buffer.from(`${head}Content-Length: ${bytes.length}\r\n\r\n`), bytes]);
}

/** A body that the route would accept, as text. */
function goodBody(path: string): string {
  if (path.includes('/chat')) return '{"model":"m","messages":[{"role":"user","content":"x"}]}';
  if (path === '/v1/loglikelihood') return '{"model":"m","prompt":"x","completion":"y"}';
  return path === '/generate' ? '{"prompt":"x"}' : '{"model":"m","prompt":"x"}';
}

const withField = (path: string, field: string): string => `${goodBody(path).slice(0, -1)},${field}}`;

const attacks: Readonly<Record<string, () => Attack>> = {
  'malformed JSON': () => {
    const path = pick(POSTS);
    const good = goodBody(path);
    const cut = 1 + random.below(good.length - 1);
    const body = pick([
      good.slice(0, cut),
      `${good}${good}`,
      `${good.slice(0, cut)}\u0000`,
      "{'a':1}",
      'NaN',
      '',
    ]);
    return { path, chunks: [post(path, body)] };
  },
  'huge body': () => {
    const path = pick(POSTS);
    return { path, chunks: [post(path, withField(path, `"x":"${'a'.repeat(1 << 20)}"`))] };
  },
  'huge body in chunks, of no stated length': () => {
    const path = pick(POSTS);
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
    return { path, chunks: [head, ...Array.from({ length: 20 }, () => chunk), '0\r\n\r\n'] };
  },
  'deep nesting': () => {
    const path = pick(POSTS);
    const depth = 1000 + random.below(100_000);
    const nest = pick([
      ['[', ']'],
      ['{"a":', '1}'],
    ]);
    const tail = nest[1] === ']' ? ']'.repeat(depth) : `1${'}'.repeat(depth)}`;
    return { path, chunks: [post(path, withField(path, `"x":${nest[0]!.repeat(depth)}${tail}`))] };
  },
  'wrong types': () => {
    const path = pick(POSTS);
    const wrong = pick(['null', '1', 'true', '[]', '{}', '1e999', '[null]', '{"a":1}']);
    const field = pick([
      'temperature',
      'max_tokens',
      'top_p',
      'stop',
      'seed',
      'stream',
      'prompt',
      'messages',
    ]);
    // A field of a fitting type may be taken: an unknown one beside it keeps the request invalid.
    return { path, chunks: [post(path, withField(path, `"${field}":${wrong},"no such field":${wrong}`))] };
  },
  'prototype keys': () => {
    const path = pick(POSTS);
    const key = pick(['__proto__', 'constructor', 'prototype', '\\u005f_proto__']);
    return { path, chunks: [post(path, withField(path, `"${key}":{"prototype":{"raw":true}}`))] };
  },
  'bytes that are not UTF-8': () => {
    const path = pick(POSTS);
    const bytes = Buffer.from(Array.from({ length: 1 + random.below(200) }, () => 128 + random.below(128)));
    return { path, chunks: [post(path, bytes)] };
  },
  'header flood': () => {
    const path = pick(POSTS);
    const many = 'x-a: b\r\n'.repeat(100 + random.below(3000));
    const long = `x-long: ${'a'.repeat(1000 + random.below(40_000))}\r\n`;
    return { path, chunks: [post(path, '{}', pick([many, long]))] };
  },
  'strange paths and methods': () => {
    const path = pick([
      '/%00',
      '/%ff%fe',
      '//',
      '/..%2f..%2fetc/passwd',
      '/playground/../api-server.ts',
      '/v1/x',
      '/\\',
    ]);
    const method = pick(['GET', 'PUT', 'DELETE', 'PATCH', 'BREW', 'POST', 'TRACE', 'HEAD', 'CONNECT']);
    return {
      path,
      chunks: [`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`],
      broken: true,
    };
  },
  'lies about length': () => {
    const path = pick(POSTS);
    const lies = pick([
      'Content-Length: -1',
      'Content-Length: 99999999999999999999',
      'Content-Length: 5\r\nContent-Length: 6',
      'Content-Length: 4\r\nTransfer-Encoding: chunked',
      'Transfer-Encoding: chunked, identity',
    ]);
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${lies}\r\n\r\n{}`;
    return { path, chunks: [head], ending: 'half-close', broken: true };
  },
  'no HTTP at all': () => ({
    path: '/',
    chunks: [Buffer.from(Array.from({ length: 1 + random.below(500) }, () => random.below(256))), '\r\n\r\n'],
    ending: 'half-close',
    broken: true,
  }),
  'half-closed in the body': () => {
    const path = pick(POSTS);
    const whole = Buffer.from(post(path, goodBody(path)));
    return { path, chunks: [whole.subarray(0, whole.length - 3)], ending: 'half-close', broken: true };
  },
  'gone before the answer': () => {
    const path = pick(POSTS);
    const body = path === '/v1/loglikelihood' ? goodBody(path) : withField(path, '"max_tokens":5');
    return { path, chunks: [post(path, body)], ending: 'hang-up', broken: true };
  },
  'wrong content type': () => {
    const path = pick(POSTS);
    const type = pick(['text/plain', 'multipart/form-data', 'application/xml', 'a/b; c="', '\u00e9']);
    const bytes = goodBody(path);
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\n`;
    return { path, chunks: [`${head}Content-Length: ${bytes.length}\r\n\r\n${bytes}`] };
  },
  'unknown model or field': () => {
    const path = pick(POSTS.slice(1));
    const field = pick([
      '"tools":[{}]',
      '"n":0',
      '"logit_bias":{"a":"b"}',
      '"functions":[]',
      '"model":"other"',
    ]);
    return { path, chunks: [post(path, withField(path, field))] };
  },
  'dripped byte by byte': () => {
    const path = pick(POSTS);
    const whole = Buffer.from(post(path, '{"prompt":'));
    const chunks = Array.from({ length: 20 }, (_, i) => whole.subarray(i * 10, i * 10 + 10));
    return { path, chunks, pauseMs: 50, ending: 'half-close', broken: true };
  },
};

/** Where the slow ones would take all the time. */
const RARE = new Set([
  'dripped byte by byte',
  'huge body in chunks, of no stated length',
  'deep nesting',
  'huge body',
]);
const common = Object.keys(attacks).filter((name) => !RARE.has(name));

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The answer, or null where the connection was closed without one. */
function send(
  port: number,
  { chunks, pauseMs = 0, ending = 'wait' }: Attack,
): Promise<Answer | null | 'silence'> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const received: Buffer[] = [];
    const end = (answer: Answer | null | 'silence'): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end('silence'), PATIENCE_MS);
    socket.on('data', (data: Buffer) => {
      received.push(data);
      const whole = answerOf(received);
      if (whole !== null) end(whole);
    });
    socket.on('error', () => end(answerOf(received)));
    socket.on('end', () => end(answerOf(received)));
    socket.on('close', () => end(answerOf(received)));
    socket.on('connect', () => {
      void (async () => {
        for (const chunk of chunks) {
          if (socket.destroyed) return;
          socket.write(chunk);
          if (pauseMs > 0) await wait(pauseMs);
        }
        if (ending === 'half-close') socket.end();
        if (ending === 'hang-up') setTimeout(() => end(null), random.below(5));
      })();
    });
  });
}

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Null until head and body are there. */
function answerOf(received: readonly Buffer[]): Answer | null {
  const text = Buffer.concat(received).toString('latin1');
  const border = text.indexOf('\r\n\r\n');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  if (border < 0 || status === undefined) return null;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, border))?.[1] ?? Number.NaN);
  const body = text.slice(border + 4);
  return body.length >= length ? { status: Number(status), body } : null;
}

/** What is wrong with an answer; null where it is as it should be. */
function faultOf(attack: Attack, answer: Answer | null | 'silence'): string | null {
  if (answer === 'silence') return `no answer and no end within ${PATIENCE_MS} ms`;
  if (answer === null) return attack.broken === true ? null : 'closed without an answer';
  const { status, body } = answer;
  if (status < 400 || status > 499) {
    // An answer to bytes that happened to be a request, such as one of the open pages.
    return attack.broken === true && status === 200 ? null : `status ${status}`;
  }
  if (body === '') return attack.broken === true ? null : `${status} without a body`;
  let json: {
    readonly detail?: unknown;
    readonly code?: unknown;
    readonly error?: string | { readonly code?: unknown };
  };
  try {
    json = JSON.parse(body) as typeof json;
  } catch {
    return `${status} with a body that is no JSON`;
  }
  const native = json.detail !== undefined && typeof json.code === 'string';
  const openai = typeof json.error === 'object' && typeof json.error.code === 'string';
  const ollama = typeof json.error === 'string';
  // Where the head was not read, the server cannot know whose shape was expected.
  const unread = status === 400 || status === 408 || status === 413 || status === 431;
  if (native && unread) return null;
  const right = attack.path.startsWith('/v1/') ? openai : attack.path.startsWith('/api/') ? ollama : native;
  if (right) return null;
  return `${status} in a wrong shape: ${body.slice(0, 80)}`;
}

const script = join(tmpdir(), `hostile-${process.pid}.json`);
writeFileSync(script, JSON.stringify({ default: 'an answer of several words', replies: {} }));
const server = await startHarness(['serve', '--model', `scripted:${script}`, '--port', '0']);
const port = Number(new URL(server.url).port);

async function residentBytes(): Promise<number> {
  const text = await (await request(`${server.url}/metrics`)).body.text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}

const faults: string[] = [];
const counts = new Map<string, number>();
let sent = 0;
let closed = 0;
let warmBytes = 0;
const startedMs = performance.now();

async function attacker(): Promise<void> {
  while (sent < total) {
    const name = sent++ % 50 === 0 ? pick([...RARE]) : pick(common);
    if (sent === WARM_UP) warmBytes = await residentBytes();
    const attack = attacks[name]!();
    const answer = await send(port, attack);
    if (answer === null) closed++;
    const fault = faultOf(attack, answer);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (fault !== null) faults.push(`${name}, ${attack.path}: ${fault}`);
  }
}
await Promise.all(Array.from({ length: CONCURRENCY }, attacker));

const spentS = (performance.now() - startedMs) / 1000;
await wait(500);
const stats = (await (await request(`${server.url}/stats`)).body.json()) as {
  readonly active_requests: number;
};
const after = await request(`${server.url}/generate`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"prompt":"still there?"}',
});
const growth = (await residentBytes()) - (warmBytes || (await residentBytes()));
if (after.statusCode !== 200) faults.push(`a good request afterwards was answered ${after.statusCode}`);
if (stats.active_requests !== 0) faults.push(`${stats.active_requests} slots are still taken`);
if (growth > MOST_GROWTH_BYTES) faults.push(`memory grew by ${(growth / 2 ** 20).toFixed(0)} MB`);
const code = await server.stop();
if (code !== 0) faults.push(`the server ended with code ${code}`);

for (const [name, count] of [...counts].sort(([a], [b]) => a.localeCompare(b)))
  say(`  ${String(count).padStart(6)}  ${name}`);
for (const fault of faults.slice(0, 20)) say(`✕ ${fault}`);
say(
  `${sent} hostile requests in ${spentS.toFixed(0)} s, seed ${values.seed}: ${closed} connections closed without an ` +
    `answer, memory ${growth >= 0 ? '+' : ''}${(growth / 2 ** 20).toFixed(0)} MB after the first ${WARM_UP}, ` +
    `${faults.length} faults`,
);
process.exitCode = faults.length === 0 ? 0 : 1;

/** A server that answers chat completions after known delays and keeps the times itself: the truth that a load
 *  tester has to find. Delays are timers, so the server sees every request arrive even while it stalls. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Delays {
  /** ms to the first text, of the i-th request since the last reset. */
  readonly firstMs: { readonly values: readonly number[] };
  /** Pieces of text of a streamed answer, and the ms between them. */
  readonly pieces: number;
  readonly gapMs: number;
  /** From `atMs` after the first request since the last reset nothing is answered for `forMs`. */
  readonly stall: { readonly atMs: number; readonly forMs: number } | null;
}

/** ms of one request as the server saw it, from its arrival. */
export interface Truth {
  readonly firstMs: number;
  readonly endMs: number;
  readonly gapsMs: readonly number[];
}

export interface DelayServer {
  readonly url: string;
  readonly truths: readonly Truth[];
  /** Forgets the truth so far and counts anew. */
  reset(delays: Delays): void;
  close(): Promise<void>;
}

export async function startDelayServer(initial: Delays): Promise<DelayServer> {
  let delays = initial;
  let truths: Truth[] = [];
  let asked = 0;
  let firstAt: number | null = null;

  const answer = async (stream: boolean, response: ServerResponse): Promise<void> => {
    const arrivedAt = performance.now();
    const kept = truths;
    const { firstMs, pieces, gapMs, stall } = delays;
    const usage = { prompt_tokens: 3, completion_tokens: pieces, total_tokens: 3 + pieces };
    const started = (firstAt ??= arrivedAt);
    /** When an answer due at `time` goes out. */
    const afterStall = (time: number): number => {
      if (stall === null) return time;
      const from = started + stall.atMs;
      return time >= from && time < from + stall.forMs ? from + stall.forMs : time;
    };
    const due = arrivedAt + firstMs.values[asked++ % firstMs.values.length]!;
    await sleepUntil(afterStall(due));
    const firstAtMs = performance.now() - arrivedAt;
    const gapsMs: number[] = [];
    if (stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      let lastAt = performance.now();
      for (let piece = 0; piece < pieces; piece++) {
        if (piece > 0) {
          await sleepUntil(afterStall(lastAt + gapMs));
          const now = performance.now();
          gapsMs.push(now - lastAt);
          lastAt = now;
        }
        event(response, { choices: [{ index: 0, delta: { content: `w${piece} ` }, finish_reason: null }] });
      }
      event(response, { choices: [], usage });
      response.end('data: [DONE]\n\n');
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          choices: [{ index: 0, message: { content: 'word' }, finish_reason: 'stop' }],
          usage,
        }),
      );
    }
    kept.push({ firstMs: firstAtMs, endMs: performance.now() - arrivedAt, gapsMs });
  };
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'delays', object: 'model' }] }));
      return;
    }
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => void answer(text.includes('"stream":true'), response));
  });
  // A client may keep its connections between rounds.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get truths() {
      return truths;
    },
    reset: (next) => {
      delays = next;
      truths = [];
      asked = 0;
      firstAt = null;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function event(response: ServerResponse, body: object): void {
  response.write(`data: ${JSON.stringify(body)}\n\n`);
}

/** Timers may fire a little early. */
async function sleepUntil(time: number): Promise<void> {
  for (let left = time - performance.now(); left > 0; left = time - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, left));
  }
}

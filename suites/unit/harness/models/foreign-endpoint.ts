/** An endpoint that is not ours: a bare HTTP server whose answers the test writes. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it stands; `hang up` breaks the connection, `silence` never answers. */
  readonly body: object | string;
}

export const HANG_UP: Reply = { body: 'hang up' };
export const SILENCE: Reply = { body: 'silence' };

export interface ForeignEndpoint {
  /** `http://127.0.0.1:port/v1` */
  readonly baseUrl: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** @param replies the answer to each request; a list is used up in order, its last entry then stays */
export async function foreignEndpoint(
  replies: readonly Reply[] | ((request: Received) => Reply),
): Promise<ForeignEndpoint> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => {
      text += piece;
    });
    request.on('end', () => {
      const asked: Received = {
        method: request.method!,
        path: request.url!,
        headers: request.headers,
        body: text === '' ? null : (JSON.parse(text) as unknown),
      };
      const reply =
        typeof replies === 'function'
          ? replies(asked)
          : replies[Math.min(received.length, replies.length - 1)]!;
      received.push(asked);
      if (reply === HANG_UP) request.socket.destroy();
      else if (reply !== SILENCE) {
        const { status = 200, headers = {}, body } = reply;
        response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    received,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

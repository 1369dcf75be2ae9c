/** A model hub on this machine: the routes of the real one, with faults to order. Large files lie on another origin,
 *  as they do there. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export interface LocalHub {
  readonly endpoint: string;
  /** Every request, as `METHOD path`, with ` bytes=…` where a part was asked for. */
  readonly requests: string[];
  /** Authorization headers that reached the other origin. */
  readonly leaked: string[];
  /** Each answer with a body ends its connection after so many bytes, until so many have. */
  breakAfter: { bytes: number; times: number } | null;
  /** Ranges are ignored. */
  ignoresRanges: boolean;
  /** Bits of the bodies of large files are flipped. */
  corrupts: boolean;
  /** Status of every answer; null for the true one. */
  status: number | null;
  /** The only token that is let in; null for all. */
  token: string | null;
  commit: string;
  close(): Promise<void>;
}

/** @param files by path; those of `large` are kept by their SHA-256 on another origin */
export async function startLocalHub(
  id: string,
  files: ReadonlyMap<string, Buffer>,
  large: ReadonlySet<string>,
): Promise<LocalHub> {
  const requests: string[] = [];
  const leaked: string[] = [];

  const send = (request: IncomingMessage, response: ServerResponse, content: Buffer) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const from = range && !hub.ignoresRanges ? Number(range[1]) : 0;
    const body = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': body.length,
      ...(from > 0 && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    if (hub.breakAfter && hub.breakAfter.times > 0 && body.length > hub.breakAfter.bytes) {
      hub.breakAfter.times--;
      // Later: a reader drops what it has not taken yet when its connection breaks.
      response.write(body.subarray(0, hub.breakAfter.bytes), () => {
        setTimeout(() => response.destroy(), 150);
      });
    } else response.end(body);
  };
  const note = (request: IncomingMessage) =>
    requests.push(
      `${request.method} ${request.url}${request.headers.range ? ` ${request.headers.range}` : ''}`,
    );

  const storage = await listen((request, response) => {
    note(request);
    if (request.headers.authorization !== undefined) leaked.push(request.headers.authorization);
    const content = files.get(decodeURIComponent(request.url!.slice(1)))!;
    const sent = hub.corrupts
      ? Buffer.from(content.map((byte, i) => (i === 100 ? byte ^ 1 : byte)))
      : content;
    send(request, response, sent);
  });
  const front = await listen((request, response) => {
    note(request);
    const refused = hub.token !== null && request.headers.authorization !== `Bearer ${hub.token}`;
    const status = hub.status ?? (refused ? 401 : null);
    if (status !== null) return response.writeHead(status).end();
    const url = decodeURIComponent(request.url!);
    if (url.startsWith(`/api/models/${id}/revision/`)) {
      const siblings = [...files.keys()].map((rfilename) => ({ rfilename }));
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ id, sha: hub.commit, siblings }));
    }
    const path = url.replace(`/${id}/resolve/${hub.commit}/`, '');
    const content = files.get(path);
    if (!content) return response.writeHead(404).end();
    if (large.has(path)) {
      return response
        .writeHead(302, {
          location: `${originOf(storage)}/${encodeURIComponent(path)}`,
          'x-linked-etag': `"${createHash('sha256').update(content).digest('hex')}"`,
          'x-linked-size': content.length,
        })
        .end();
    }
    const etag = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    response.setHeader('etag', `"${etag}"`);
    if (request.method === 'HEAD') return response.writeHead(200, { 'content-length': content.length }).end();
    return send(request, response, content);
  });

  const hub: LocalHub = {
    endpoint: originOf(front),
    requests,
    leaked,
    breakAfter: null,
    ignoresRanges: false,
    corrupts: false,
    status: null,
    token: null,
    commit: COMMIT,
    close: async () => {
      await Promise.all([stop(front), stop(storage)]);
    },
  };
  return hub;
}

function listen(answer: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request, response);
  });
  return new Promise((settle) => {
    server.listen(0, '127.0.0.1', () => settle(server));
  });
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function stop(server: Server): Promise<void> {
  return new Promise((settle) => {
    server.close(() => settle());
    server.closeAllConnections();
  });
}

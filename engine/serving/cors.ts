/** Cross-origin resource sharing (https://fetch.spec.whatwg.org/#http-cors-protocol): which pages may call, and what
 *  they may read of an answer. Knows origins; nothing of keys or routes. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const METHODS = 'GET, POST, OPTIONS';
const REQUEST_HEADERS = 'Authorization, Content-Type, X-Request-Id';
const EXPOSED_HEADERS = [
  'X-Request-Id',
  'Retry-After',
  'X-RateLimit-Limit-Requests',
  'X-RateLimit-Remaining-Requests',
  'X-RateLimit-Reset-Requests',
].join(', ');

/** Sets the headers of an answer. */
export type ShareAnswer = (request: FastifyRequest, reply: FastifyReply) => void;

/** @param origins whose pages may call; `*` is any */
export function sharing(origins: readonly string[]): ShareAnswer {
  const isAny = origins.includes('*');
  return ({ headers: { origin } }, reply) => {
    // An answer for one page must not be kept for another.
    if (!isAny) reply.header('vary', 'Origin');
    if (isAny) reply.header('access-control-allow-origin', '*');
    else if (origin !== undefined && origins.includes(origin)) {
      reply.header('access-control-allow-origin', origin);
    } else return;
    if (origin !== undefined) reply.header('access-control-expose-headers', EXPOSED_HEADERS);
  };
}

/** Answers to OPTIONS, the question that a browser asks before it calls, on every path and to everybody. */
export function addPreflight(app: FastifyInstance): void {
  app.options('*', { schema: { hide: true } }, (_request, reply) =>
    reply
      .header('access-control-allow-methods', METHODS)
      .header('access-control-allow-headers', REQUEST_HEADERS)
      .code(204)
      .send(),
  );
}

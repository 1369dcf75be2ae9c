/** The playground: a page to talk to the served models, and the files it is made of. It holds no secret, so it is
 *  open to everybody; what it asks of the server goes through the same door as any other request. */
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';

const FILES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'playground.css': 'text/css; charset=utf-8',
  'chat-request.js': 'text/javascript; charset=utf-8',
  'conversation.js': 'text/javascript; charset=utf-8',
  'event-stream.js': 'text/javascript; charset=utf-8',
  'main.js': 'text/javascript; charset=utf-8',
  'transcript.js': 'text/javascript; charset=utf-8',
};

/** A model's output that found a way into the markup would still run nothing and reach nobody. */
const HEADERS = {
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export function addPlaygroundRoutes(app: FastifyInstance): void {
  for (const [name, type] of Object.entries(FILES)) {
    const path = name === 'index.html' ? '/' : `/playground/${name}`;
    app.get(path, { config: { open: true }, schema: { hide: true } }, async (_request, reply) =>
      reply
        .headers(HEADERS)
        .type(type)
        .send(await readFile(new URL(`./playground/${name}`, import.meta.url))),
    );
  }
}

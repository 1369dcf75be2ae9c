/** The fastify application: what holds for every route. Its limits, CORS, request ids, who may pass, how errors are
 *  answered, what is logged. Knows no route and no model. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { ServingConfig } from '../config/config-types.ts';
import { EngineError } from '../errors.ts';
import { Access, type Readiness } from './access.ts';
import { addPreflight, sharing } from './cors.ts';
import { errorAnswer, HttpError, nativeBody, refusal, toHttpError } from './http-error.ts';
import { packageVersion } from './package-version.ts';
import { type ServerLog, ServerLogger } from './server-log.ts';
import { uniqueId } from './unique-id.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered to everybody and at any time: no key, no limit, ready or not. */
    readonly open?: boolean;
  }
}

/** Longest time for a request to arrive, whatever the time its answer may take: a dripped body must end. */
const MOST_ARRIVAL_MS = 30_000;
const MOST_HEADERS_MS = 10_000;
const CHECK_INTERVAL_MS = 1_000;
const BODY_LIMIT_BYTES = 1 << 20;
/** What a client may name its request. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;

export interface HttpAppOptions {
  readonly serving: ServingConfig;
  readonly log: ServerLog;
  readonly readiness: () => Readiness;
  /** Told of each answer that is on its way, so that a server can wait for it. */
  readonly onReply: (reply: ServerResponse) => void;
  readonly addRoutes: (scope: FastifyInstance) => void;
}

/** @throws EngineError E_CONFIG_INVALID */
export async function createHttpApp(options: HttpAppOptions): Promise<FastifyInstance> {
  const { serving, readiness } = options;
  const access = new Access(serving);
  const share = sharing(serving.cors_origins);
  const logger = new ServerLogger(serving.log_level, options.log);
  // Loaded here, so that whoever imports the engine for something else does not wait for it.
  const [{ default: fastify, LogController }, { default: swagger }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger'),
  ]);
  const arrivalMs = Math.min(MOST_ARRIVAL_MS, serving.request_timeout_ms);
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: requestIdOf,
    requestTimeout: arrivalMs,
    // Node exchanges the two where the headers' timeout is the longer one.
    http: {
      headersTimeout: Math.min(MOST_HEADERS_MS, arrivalMs),
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
    return503OnClosing: false,
    // Its lines about requests would quote their URLs, and a logger of its own for each costs more than all that is
    // logged.
    logController: new LogController({ disableRequestLogging: true }),
    logger: false,
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allErrors: true,
        allowUnionTypes: true,
      },
    },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, request, reply) => {
      void fail(error, request, reply);
    },
  });
  // Text bodies would reach the routes as strings; without a parser they are a wrong content type.
  app.removeContentTypeParser('text/plain');
  // The schemas of answers describe them; they are not a filter.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(fail);
  app.setNotFoundHandler((request, reply) =>
    fail(refusal('E_NO_ROUTE', `There is no ${request.method} ${pathOf(request)}.`), request, reply),
  );

  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    share(request, reply);
    options.onReply(reply.raw);
    done();
  });
  if (logger.writes('info')) {
    app.addHook('onResponse', (request, reply, done) => {
      logger.log('info', {
        requestId: request.id,
        method: request.method,
        // The pattern, not the URL: whatever a client puts there stays with the client.
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 1000) / 1000,
      });
      done();
    });
  }
  addPreflight(app);
  app.register(swagger, { openapi: { openapi: '3.1.0', info: apiInfo() } });
  const guard: onRequestHookHandler = (request, reply, next) => {
    const { headers, refusal: refused } = access.decide(request, readiness());
    if (headers !== null) void reply.headers(headers);
    next(refused ?? undefined);
  };
  // Registered as a plugin so that the description of the API, a plugin too, sees the routes.
  app.register((scope, _options, done) => {
    scope.addHook('onRoute', (route) => {
      if (route.config?.open !== true) route.onRequest = guard;
    });
    options.addRoutes(scope);
    done();
  });
  return app;

  function fail(cause: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const error = toHttpError(cause);
    if (error.status === 500) {
      const route = `${request.method} ${request.routeOptions.url ?? '?'}`;
      logger.log('error', { requestId: request.id, error: traceOf(cause), msg: `${route} failed` });
    }
    if (error.status === 401) reply.header('www-authenticate', 'Bearer');
    if (error.retryAfterS !== null) reply.header('retry-after', String(error.retryAfterS));
    const { status, body } = errorAnswer(pathOf(request), error, request.id);
    return reply.code(status).send(body);
  }
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : uniqueId();
}

function apiInfo(): { title: string; version: string; description: string } {
  return {
    title: 'harness serve',
    version: packageVersion(),
    description:
      'A language model over HTTP: three routes of its own, the supported part of OpenAI’s API, and of Ollama’s what chats need.',
  };
}

/** What Node's parser says of bytes that are no request; any other fault is a 400. */
const PARSER_STATUS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};

/** A connection whose bytes are no request gets an answer and is closed. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  const status = PARSER_STATUS[error.code ?? ''] ?? 400;
  // In the midst of an answer, a second one would look like a part of it; after one, the connection has served.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const reason = STATUS_CODES[status] ?? '';
  const fault = new HttpError(status, 'E_REQUEST_INVALID', `The bytes sent are no HTTP request: ${reason}.`);
  const body = JSON.stringify(nativeBody(fault, uniqueId()));
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0]!;

/** Kind and place of a failure. Its message is left out: it may quote a prompt. */
function traceOf(cause: unknown): string {
  if (cause instanceof EngineError) return cause.code;
  if (!(cause instanceof Error)) return typeof cause;
  const places = (cause.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [cause.name, ...places.map((line) => line.trim())].join(' ');
}

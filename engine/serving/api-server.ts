/** ApiServer: a ModelServer over HTTP. Composes routes, authentication, limits and CORS; holds no rule of them.
 *  Prompts and keys are logged nowhere. */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServingConfig } from '../config/config-types.ts';
import { EngineError } from '../errors.ts';
import { Admission } from './admission.ts';
import { Authenticator } from './authenticator.ts';
import { type HttpError, nativeBody, openaiBody, openaiStatus, refusal, toHttpError } from './http-error.ts';
import type { ModelServer } from './model-server.ts';
import { addNativeRoutes } from './native-routes.ts';
import { addOpenaiRoutes } from './openai-routes.ts';
import { packageVersion } from './package-version.ts';
import { RateLimiter } from './rate-limiter.ts';

/** Longest time for a request to arrive, whatever the time its answer may take: a dripped body must end. */
const MOST_ARRIVAL_MS = 30_000;
const MOST_HEADERS_MS = 10_000;
const CHECK_INTERVAL_MS = 1_000;
const BODY_LIMIT_BYTES = 1 << 20;
/** How long requests in flight may go on once the server is told to stop. */
const DRAIN_MS = 10_000;
/** After that, how long a client may take to read that it was given up. */
const HANG_UP_MS = 1_000;

/** Where a failure that is not the client's is told: one line, without prompts, keys or messages. */
export type ServerLog = (line: string) => void;

export interface ApiServerOptions {
  readonly log?: ServerLog;
}

export class ApiServer {
  readonly modelServer: ModelServer;
  readonly #config: ServingConfig;
  readonly #admission: Admission;
  readonly #authenticator: Authenticator | null;
  readonly #rateLimiter: RateLimiter | null;
  readonly #log: ServerLog;
  /** null until `startup`. */
  #app: FastifyInstance | null = null;
  readonly #open = new Set<FastifyReply>();
  #draining = false;
  #closed: Promise<void> | null = null;

  /** @throws EngineError E_CONFIG_INVALID when authentication is on and there is no key */
  constructor(
    { serving }: { readonly serving: ServingConfig },
    modelServer: ModelServer,
    { log = () => undefined }: ApiServerOptions = {},
  ) {
    this.modelServer = modelServer;
    this.#config = serving;
    this.#log = log;
    this.#admission = new Admission(serving);
    this.#authenticator = authenticatorOf(serving);
    this.#rateLimiter =
      serving.rate_limit_per_minute === null ? null : new RateLimiter(serving.rate_limit_per_minute);
  }

  /** Loads the model, then listens.
   *  @throws EngineError E_PORT_UNAVAILABLE, and whatever loading the model throws */
  async startup(): Promise<{ readonly url: string }> {
    await this.modelServer.loadModel();
    const { host, port } = this.#config;
    const app = await this.#build();
    try {
      await app.listen({ host, port });
    } catch (cause) {
      await app.close();
      await this.modelServer.close();
      const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
      throw new EngineError('E_PORT_UNAVAILABLE', `Cannot listen on ${host}, port ${port}: ${code}.`, {
        cause,
      });
    }
    this.#app = app;
    const bound = app.server.address() as AddressInfo;
    const name = host.includes(':') ? `[${host}]` : host;
    return { url: `http://${name}:${bound.port}` };
  }

  /** Takes no more requests, lets those in flight end for at most `drainMs`, and closes the model. */
  async shutdown({ drainMs = DRAIN_MS }: { readonly drainMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#shutdown(drainMs);
    return await this.#closed;
  }

  async #shutdown(drainMs: number): Promise<void> {
    this.#draining = true;
    if (this.#app !== null) await this.#drain(this.#app, drainMs);
    await this.modelServer.close();
  }

  async #drain(app: FastifyInstance, drainMs: number): Promise<void> {
    const closed = app.close();
    const deadlines = [
      setTimeout(() => this.#admission.abortAll(), drainMs),
      setTimeout(() => app.server.closeAllConnections(), drainMs + HANG_UP_MS),
    ];
    await Promise.all([...this.#open].map(ended));
    // Only now: connections that are kept alive would hold close() back until they time out.
    app.server.closeAllConnections();
    await closed;
    deadlines.forEach(clearTimeout);
  }

  async #build(): Promise<FastifyInstance> {
    // Loaded here, so that whoever imports the engine for something else does not wait for it.
    const [{ default: fastify }, { default: cors }] = await Promise.all([
      import('fastify'),
      import('@fastify/cors'),
    ]);
    const arrivalMs = Math.min(MOST_ARRIVAL_MS, this.#config.request_timeout_ms);
    const app = fastify({
      bodyLimit: BODY_LIMIT_BYTES,
      genReqId: () => randomUUID(),
      requestTimeout: arrivalMs,
      // Node exchanges the two where the headers' timeout is the longer one.
      http: {
        headersTimeout: Math.min(MOST_HEADERS_MS, arrivalMs),
        connectionsCheckingInterval: CHECK_INTERVAL_MS,
      },
      return503OnClosing: false,
      ajv: {
        customOptions: {
          coerceTypes: false,
          removeAdditional: false,
          useDefaults: false,
          allErrors: true,
          allowUnionTypes: true,
        },
      },
      frameworkErrors: (error, request, reply) => {
        void this.#fail(error, request, reply);
      },
    });
    // Text bodies would reach the routes as strings; without a parser they are a wrong content type.
    app.removeContentTypeParser('text/plain');
    app.setErrorHandler((error, request, reply) => this.#fail(error, request, reply));
    app.setNotFoundHandler((request, reply) => {
      const error = refusal('E_NO_ROUTE', `There is no ${request.method} ${pathOf(request)}.`);
      return this.#fail(error, request, reply);
    });

    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', request.id);
      this.#open.add(reply);
      reply.raw.once('close', () => this.#open.delete(reply));
      done();
    });
    app.register(cors, {
      origin: this.#config.cors_origins.includes('*') ? '*' : this.#config.cors_origins,
      methods: ['GET', 'POST', 'OPTIONS'],
      allowedHeaders: ['Authorization', 'Content-Type'],
      exposedHeaders: ['X-Request-Id', 'Retry-After'],
      strictPreflight: false,
    });
    // Registered as a plugin so that it stands behind the CORS hook: a browser may read why it was refused.
    app.register((scope, _options, done) => {
      scope.addHook('onRequest', (request, _reply, next) => {
        next(this.#refusal(request) ?? undefined);
      });
      const context = {
        modelServer: this.modelServer,
        admission: this.#admission,
        version: packageVersion(),
      };
      addNativeRoutes(scope, context);
      addOpenaiRoutes(scope, context);
      done();
    });
    app.addHook('onSend', (_request, reply, payload, done) => {
      if (this.#draining) reply.header('connection', 'close');
      done(null, payload);
    });
    return app;
  }

  /** Why the request is turned away before it is read; null when it may pass. */
  #refusal(request: FastifyRequest): HttpError | null {
    if (pathOf(request) === '/health') return null;
    if (this.#draining) return refusal('E_DRAINING', 'The server is shutting down.');
    const authorized = this.#authenticator?.accepts(request.headers.authorization) ?? true;
    // All bearers of the one key share its limit; whoever has no key is counted by address.
    const client = this.#authenticator !== null && authorized ? 'key' : request.ip;
    const retryAfterS = this.#rateLimiter?.admit(client, performance.now()) ?? null;
    if (retryAfterS !== null) {
      const message = `More than ${this.#config.rate_limit_per_minute} requests a minute.`;
      return refusal('E_RATE_LIMIT', message, { retryAfterS });
    }
    if (authorized) return null;
    return refusal('E_UNAUTHORIZED', 'Send the key of this server as "Authorization: Bearer <key>".');
  }

  #fail(cause: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const error = toHttpError(cause);
    if (error.status === 500)
      this.#log(`${request.method} ${pathOf(request)} ${request.id}: ${traceOf(cause)}`);
    if (error.status === 401) reply.header('www-authenticate', 'Bearer');
    if (error.retryAfterS !== null) reply.header('retry-after', String(error.retryAfterS));
    return pathOf(request).startsWith('/v1/')
      ? reply.code(openaiStatus(error.status)).send(openaiBody(error))
      : reply.code(error.status).send(nativeBody(error, request.id));
  }
}

function authenticatorOf({ enable_auth, api_key }: ServingConfig): Authenticator | null {
  if (enable_auth === false) return null;
  if (api_key !== null) return new Authenticator(api_key);
  if (enable_auth === null) return null;
  throw new EngineError('E_CONFIG_INVALID', 'serving.enable_auth is true, but there is no key.', {
    remedy: 'Set SERVING_API_KEY or serving.api_key.',
  });
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0]!;

/** Kind and place of a failure. Its message is left out: it may quote a prompt. */
function traceOf(cause: unknown): string {
  if (cause instanceof EngineError) return cause.code;
  if (!(cause instanceof Error)) return typeof cause;
  const places = (cause.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [cause.name, ...places.map((line) => line.trim())].join(' ');
}

async function ended(reply: FastifyReply): Promise<void> {
  if (reply.raw.closed) return;
  await new Promise<void>((resolve) => {
    reply.raw.once('close', resolve);
  });
}

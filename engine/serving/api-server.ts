/** ApiServer: models over HTTP, from the first connection to the last. Composes application, routes and models;
 *  knows when the server is ready and how it ends. */
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ServingConfig } from '../config/config-types.ts';
import { EngineError } from '../errors.ts';
import type { Readiness } from './access.ts';
import { Admission } from './admission.ts';
import { createHttpApp } from './http-app.ts';
import { ModelDirectory } from './model-directory.ts';
import type { ModelServer } from './model-server.ts';
import { addNativeRoutes } from './native-routes.ts';
import { addOllamaRoutes } from './ollama-routes.ts';
import { addOpenaiRoutes } from './openai-routes.ts';
import { addOperationRoutes } from './operation-routes.ts';
import { addPlaygroundRoutes } from './playground-routes.ts';
import { packageVersion } from './package-version.ts';
import type { ServerLog } from './server-log.ts';
import { ServerMetrics } from './server-metrics.ts';
import { addTokenizerRoutes } from './tokenizer-routes.ts';

/** How long requests in flight may go on once the server is told to stop. */
const DRAIN_MS = 10_000;
/** After that, how long a client may take to read that it was given up. */
const HANG_UP_MS = 1_000;

export interface ApiServerOptions {
  readonly log?: ServerLog;
  /** Further models, served under names of their own. */
  readonly additionalModels?: readonly ModelServer[];
}

export class ApiServer {
  readonly modelServer: ModelServer;
  readonly #models: ModelDirectory;
  readonly #config: ServingConfig;
  readonly #admission: Admission;
  readonly #log: ServerLog;
  /** null until `startup`. */
  #app: FastifyInstance | null = null;
  readonly #open = new Set<ServerResponse>();
  #draining = false;
  #closed: Promise<void> | null = null;

  constructor(
    { serving }: { readonly serving: ServingConfig },
    modelServer: ModelServer,
    { log = () => undefined, additionalModels = [] }: ApiServerOptions = {},
  ) {
    this.modelServer = modelServer;
    this.#models = new ModelDirectory([modelServer, ...additionalModels]);
    this.#config = serving;
    this.#log = log;
    this.#admission = new Admission(serving);
  }

  /** Listens, then loads the model; until it is there, requests are answered 503. Resolves when it is.
   *  @throws EngineError E_CONFIG_INVALID, E_PORT_UNAVAILABLE, and whatever loading the model throws */
  async startup(): Promise<{ readonly url: string }> {
    const { host, port } = this.#config;
    const app = await this.#build();
    try {
      await app.listen({ host, port });
    } catch (cause) {
      await app.close();
      const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
      throw new EngineError('E_PORT_UNAVAILABLE', `Cannot listen on ${host}, port ${port}: ${code}.`, {
        cause,
      });
    }
    this.#app = app;
    try {
      await this.#models.loadAll();
    } catch (error) {
      await this.shutdown({ drainMs: 0 });
      throw error;
    }
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
    for (const reply of this.#open) closeAfter(reply);
    if (this.#app !== null) await this.#drain(this.#app, drainMs);
    await this.#models.close();
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

  #readiness(): Readiness {
    if (this.#draining) return 'draining';
    return this.#models.isReady() ? 'ready' : 'loading';
  }

  async #build(): Promise<FastifyInstance> {
    const context = {
      models: this.#models,
      admission: this.#admission,
      version: packageVersion(),
      readiness: () => this.#readiness(),
    };
    const open = this.#open;
    // One for all replies.
    function forget(this: ServerResponse): void {
      open.delete(this);
    }
    const metrics = await ServerMetrics.create(this.#models);
    return await createHttpApp({
      serving: this.#config,
      log: this.#log,
      readiness: context.readiness,
      onReply: (reply) => {
        this.#open.add(reply);
        reply.on('close', forget);
        if (this.#draining) closeAfter(reply);
      },
      addRoutes: (scope) => {
        addNativeRoutes(scope, context);
        addOpenaiRoutes(scope, context);
        addOllamaRoutes(scope, context);
        addOperationRoutes(scope, { ...context, metrics });
        addTokenizerRoutes(scope, context);
        addPlaygroundRoutes(scope);
      },
    });
  }
}

/** Tells the client to open no further request on this connection, where its answer has not begun. */
function closeAfter(reply: ServerResponse): void {
  if (!reply.headersSent) reply.setHeader('connection', 'close');
}

async function ended(reply: ServerResponse): Promise<void> {
  if (reply.closed) return;
  await new Promise<void>((resolve) => {
    reply.once('close', resolve);
  });
}

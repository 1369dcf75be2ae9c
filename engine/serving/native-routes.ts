/** The routes of the source document: /health, /stats, /generate. */
import type { FastifyInstance } from 'fastify';
import type { Readiness } from './access.ts';
import type { Admission } from './admission.ts';
import type { ModelDirectory } from './model-directory.ts';
import { type GenerateBody, samplingOf } from './request-bodies.ts';
import { generateSchema } from './request-schemas.ts';

export interface RouteContext {
  readonly models: ModelDirectory;
  readonly admission: Admission;
  readonly version: string;
  readonly readiness: () => Readiness;
}

export function addNativeRoutes(app: FastifyInstance, context: RouteContext): void {
  const { models, admission, version, readiness } = context;

  // Ready to answer: whoever waits for 200 here may send requests. That the process lives is told by /livez.
  app.get('/health', { config: { open: true } }, (_request, reply) => {
    const state = readiness();
    const status = state === 'ready' ? 'healthy' : state;
    return reply
      .code(state === 'ready' ? 200 : 503)
      .send({ status, timestamp: new Date().toISOString(), version });
  });

  // Both key sets of the source document; latency and uptime in seconds.
  app.get('/stats', () => {
    const stats = models.getStats();
    return {
      requests: stats.totalRequests,
      avg_latency: stats.averageLatencyS,
      total_requests: stats.totalRequests,
      failed_requests: stats.failedRequests,
      average_latency: stats.averageLatencyS,
      requests_per_minute: stats.requestsPerMinute,
      uptime: stats.uptimeS,
      active_requests: stats.activeRequests,
      queue: models.load(),
      tokens: { prompt: stats.promptTokens, completion: stats.completionTokens },
    };
  });

  app.post<{ Body: GenerateBody }>(
    '/generate',
    { schema: { body: generateSchema } },
    async (request, reply) => {
      const { prompt, raw = false } = request.body;
      // Read before the answer: another model may have taken its place by then.
      const { id: model, server } = models.first;
      const result = await admission.run(reply.raw, (signal) =>
        server.complete(Object.assign(samplingOf(request.body), { prompt, raw, signal })),
      );
      return {
        text: result.text,
        usage: usageBody(result.usage),
        model,
        finish_reason: result.finishReason,
      };
    },
  );
}

export function usageBody(usage: {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
}): object {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.totalTokens,
  };
}

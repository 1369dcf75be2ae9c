/** Routes for whoever runs the server: is it alive, what does it measure, what does it offer. */
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from './native-routes.ts';
import type { ServerMetrics } from './server-metrics.ts';

export interface OperationContext extends RouteContext {
  readonly metrics: ServerMetrics;
}

export function addOperationRoutes(app: FastifyInstance, { metrics }: OperationContext): void {
  app.get(
    '/livez',
    { config: { open: true }, schema: { summary: 'The process answers, ready or not', tags: ['operation'] } },
    () => ({ status: 'alive' }),
  );

  app.get(
    '/metrics',
    { schema: { summary: "Measurements in Prometheus' text format", tags: ['operation'] } },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.read()),
  );

  app.get('/openapi.json', { schema: { summary: 'This description', tags: ['operation'], hide: true } }, () =>
    app.swagger(),
  );
}

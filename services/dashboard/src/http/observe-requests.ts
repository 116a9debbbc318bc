import { getMeter } from '@tercet/kit';
import type { FastifyInstance } from 'fastify';

/** Counts and times answers by route and status, never by address: a path holds item ids. */
export function observeRequests(app: FastifyInstance): void {
  const duration = getMeter('dashboard').createHistogram('tercet.dashboard.request.duration', {
    unit: 's',
    description: 'From a request to its answer, by route and status',
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'page';
    // A stream lasts as long as somebody looks.
    if (route.endsWith('/stream')) return;
    duration.record(reply.elapsedTime / 1000, { route, method: request.method, status: reply.statusCode });
  });
}

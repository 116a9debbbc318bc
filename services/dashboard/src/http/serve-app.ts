import type { AddressInfo } from 'node:net';
import type { Logger } from '@tercet/kit';
import fastify, { type FastifyInstance } from 'fastify';
import { installErrors } from './api-error.js';
import { observeRequests } from './observe-requests.js';

const MAX_BODY_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** The HTTP server, without routes. */
export function createApp(logger: Logger): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 4_096 },
    // Streams are ended by their owners; whatever else is open at a stop is idle.
    forceCloseConnections: 'idle',
  });
  installErrors(app, logger);
  observeRequests(app);
  return app;
}

/** Starts listening; resolves with the port. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  await app.listen({ host, port });
  return (app.server.address() as AddressInfo).port;
}

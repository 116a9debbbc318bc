import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readiness } from './health.js';
import { installedTelemetry } from './telemetry/telemetry.js';

export interface HealthServer extends AsyncDisposable {
  readonly port: number;
}

export interface HealthOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly readiness: Readiness;
  /** A reason why the process should be restarted; undefined while it is alive. */
  readonly stuck: () => string | undefined;
}

const KEEP_ALIVE_MS = 120_000;

/** Serves `/livez`, `/readyz` (200 or 503, with JSON) and `/metrics` (Prometheus text). */
export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    if (request.url === '/livez') {
      const reason = options.stuck();
      answer(response, reason === undefined, { alive: reason === undefined, ...(reason && { reason }) });
    } else if (request.url === '/readyz') {
      // Who should be restarted does no work, whatever its conditions were when it last did.
      const alive = options.stuck() === undefined;
      const ready = alive && options.readiness.ready;
      answer(response, ready, { ready, conditions: { ...options.readiness.snapshot(), alive } });
    } else if (request.url === '/metrics') {
      const telemetry = installedTelemetry();
      if (telemetry) telemetry.serveMetrics(request, response);
      else answer(response, false, { error: 'started without --import @tercet/kit/telemetry' });
    } else {
      response.writeHead(404).end();
    }
  });
  // Node closes what has been idle for 5 s, in the face of a scraper that asks every 5 s.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, ok: boolean, body: object): void {
  response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

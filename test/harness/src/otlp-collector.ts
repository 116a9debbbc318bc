import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type ExportedSpans, readSpans, type Span } from './otlp-json.js';

/** Receives spans as an OpenTelemetry collector would: OTLP over HTTP, in JSON. */
export interface OtlpCollector extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** All that came, in the order of arrival. */
  spans(): readonly Span[];
  /** All of one trace. */
  trace(traceId: string): readonly Span[];
}

export async function startOtlpCollector(): Promise<OtlpCollector> {
  const spans: Span[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isJson = request.headers['content-type']?.includes('application/json');
    if (request.method !== 'POST' || request.url !== '/v1/traces' || !isJson) {
      request.resume();
      response.writeHead(request.url === '/v1/traces' ? 415 : 404).end();
      return;
    }
    spans.push(...readSpans((await json(request)) as ExportedSpans));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(400).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans: () => [...spans],
    trace: (traceId) => spans.filter((span) => span.traceId === traceId),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

// Loaded by `node --import @tercet/kit/telemetry`, before anything that it instruments.
import { register } from 'node:module';
import { basename, dirname } from 'node:path';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  NoopSpanProcessor,
  ParentBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { observeProcess } from './process-metrics.js';
import { installTelemetry } from './telemetry.js';
import { metricViews } from './views.js';

// ES modules are instrumented through this loader hook; `--require` alone gives no spans.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

// Command lines and user names are nobody's business; `env` and `host` are enough to tell pods apart.
process.env['OTEL_NODE_RESOURCE_DETECTORS'] ??= 'env,host';
// services/NAME/dist/main.js
const folder = basename(dirname(dirname(process.argv[1] ?? '')));

const otlp = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
/**
 * Without an endpoint nobody would get to see a span: ids are made all the same, for logs and Kafka headers, and nothing is
 * recorded under them. A trace that the caller samples keeps its flag for those who come after us.
 */
const sampler =
  otlp || process.env['OTEL_TRACES_SAMPLER']
    ? undefined
    : new ParentBasedSampler({ root: new AlwaysOffSampler() });
const prometheus = new PrometheusExporter({ preventServerStart: true });

const sdk = new NodeSDK({
  serviceName: process.env['OTEL_SERVICE_NAME'] ?? (folder || 'tercet'),
  metricReaders: [prometheus],
  views: metricViews,
  ...(sampler ? { sampler } : {}),
  spanProcessors: [otlp ? new BatchSpanProcessor(new OTLPTraceExporter()) : new NoopSpanProcessor()],
  logRecordProcessors: [],
  instrumentations: [
    new GrpcInstrumentation(),
    // A command without a parent is housekeeping; its statement would carry keys, so none is recorded.
    new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command }),
    new RuntimeNodeInstrumentation({ monitoringPrecision: 10 }),
  ],
});
sdk.start();
observeProcess();
installTelemetry({
  serveMetrics: (request, response) => prometheus.getMetricsRequestHandler(request, response),
  shutdown: () => sdk.shutdown(),
});

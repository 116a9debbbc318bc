import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Context, metrics, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';

/** What the `--import` set-up leaves for the rest of the process. */
export interface InstalledTelemetry {
  serveMetrics(request: IncomingMessage, response: ServerResponse): void;
  /** Flushes spans and metrics. */
  shutdown(): Promise<void>;
}

// The set-up module and the service may load two copies of this file; a global symbol joins them.
const KEY = Symbol.for('tercet.telemetry');
const holder = globalThis as { [KEY]?: InstalledTelemetry };

export function installTelemetry(installed: InstalledTelemetry): void {
  holder[KEY] = installed;
}

/** Undefined where the process was started without `--import @tercet/kit/telemetry`. */
export function installedTelemetry(): InstalledTelemetry | undefined {
  return holder[KEY];
}

export const getTracer = (name: string): Tracer => trace.getTracer(`tercet/${name}`);
export const getMeter = (name: string) => metrics.getMeter(`tercet/${name}`);

/** Runs `work` in a span under `parent`; a rejection is recorded by kind and code, never by message, and rethrown. */
export async function inSpan<T>(
  tracer: Tracer,
  name: string,
  parent: Context,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return tracer.startActiveSpan(name, {}, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      const { code, kind, name: errorName } = error as { code?: string; kind?: string; name?: string };
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(code ?? kind ?? errorName ?? 'error') });
      throw error;
    } finally {
      span.end();
    }
  });
}

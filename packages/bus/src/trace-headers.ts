import { type Context, context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { BusRecord } from './port.js';

/** traceparent and tracestate of the active context, where it has them. */
export function traceHeaders(): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

/** The headers, with traceparent and tracestate of the active context where they are absent. */
export function withTraceHeaders(
  headers: Readonly<Record<string, string | Uint8Array>> = {},
): Record<string, string | Uint8Array> {
  return { ...traceHeaders(), ...headers };
}

/** The OpenTelemetry context that a record was published under: the parent of whatever is done with the record. */
export function recordContext(record: Pick<BusRecord, 'headers'>): Context {
  return propagation.extract(ROOT_CONTEXT, record.headers, {
    get: (headers, name) => {
      const value = headers[name];
      return value === undefined ? undefined : Buffer.from(value).toString('utf8');
    },
    keys: (headers) => Object.keys(headers),
  });
}

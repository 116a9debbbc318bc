import { type Context, isSpanContextValid, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';

/** Bytes of a trace context in the join's state: trace id, span id, flags. */
export const TRACE_BYTES = 25;

/** Packs a W3C `traceparent` (version 00) into TRACE_BYTES; zeros where there is none or it is malformed. */
export function packTrace(traceparent: Uint8Array | undefined): Buffer {
  if (traceparent === undefined) return Buffer.alloc(TRACE_BYTES);
  const text = Buffer.from(traceparent).toString('latin1');
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/.exec(text);
  if (!match) return Buffer.alloc(TRACE_BYTES);
  return Buffer.from(match.slice(1).join(''), 'hex');
}

/** Inverse of {@link packTrace}; undefined where nothing was packed. */
export function unpackTrace(packed: Uint8Array): SpanContext | undefined {
  if (packed.every((byte) => byte === 0)) return undefined;
  const hex = Buffer.from(packed).toString('hex');
  const context: SpanContext = {
    traceId: hex.slice(0, 32),
    spanId: hex.slice(32, 48),
    traceFlags: Number.parseInt(hex.slice(48, 50), 16),
    isRemote: true,
  };
  return isSpanContextValid(context) ? context : undefined;
}

/** The context under which an item's spans start. */
export function contextOf(parent: SpanContext | undefined): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** W3C `traceparent` of a span. */
export function traceparentOf(span: SpanContext): string {
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
}

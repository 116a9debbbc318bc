import { type Context, isSpanContextValid, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';

/** Bytes of a trace context in the join's state: trace id, span id, flags. */
export const TRACE_BYTES = 25;

/** Where the digits of trace id, span id and flags lie in a `traceparent`, by their places when packed. */
const DIGITS_AT = [
  ...Array.from({ length: 16 }, (_, n) => 3 + 2 * n),
  ...Array.from({ length: 8 }, (_, n) => 36 + 2 * n),
  53,
];
const DASH = 0x2d;
const ZERO = 0x30;

/** Packs a W3C `traceparent` (version 00) into TRACE_BYTES; zeros where there is none or it is malformed. */
export function packTrace(traceparent: Uint8Array | undefined): Buffer {
  const packed = Buffer.alloc(TRACE_BYTES);
  if (traceparent === undefined || !isDivided(traceparent)) return packed;
  for (let n = 0; n < TRACE_BYTES; n += 1) {
    const at = DIGITS_AT[n] as number;
    const byte = digit(traceparent[at]) * 16 + digit(traceparent[at + 1]);
    if (Number.isNaN(byte)) return packed.fill(0);
    packed[n] = byte;
  }
  return packed;
}

const isDivided = (text: Uint8Array): boolean =>
  text[0] === ZERO && text[1] === ZERO && text[2] === DASH && text[35] === DASH && text[52] === DASH;

/** Of a lower-case hexadecimal digit; NaN for anything else. */
function digit(char = 0): number {
  if (char >= ZERO && char < ZERO + 10) return char - ZERO;
  return char >= 0x61 && char < 0x67 ? char - 0x57 : Number.NaN;
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

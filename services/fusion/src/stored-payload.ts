import type { SpanContext } from '@opentelemetry/api';
import { packTrace, TRACE_BYTES, unpackTrace } from './trace-header.js';

/** What a stored body is. The state knows only that it is bytes. */
export type StoredKind = 'opened' | 'embedded' | 'empty' | 'failed' | 'erased' | 'reviewed' | 'redecide';

const KINDS: readonly StoredKind[] = [
  'opened',
  'embedded',
  'empty',
  'failed',
  'erased',
  'reviewed',
  'redecide',
];
const HEADER_BYTES = 1 + 8 + TRACE_BYTES;

export interface StoredPayload {
  readonly kind: StoredKind;
  /** Offset of the record on `embeddings`. */
  readonly offset: bigint;
  readonly trace: SpanContext | undefined;
  /** The record's own message, encoded. */
  readonly body: Uint8Array;
}

/** One byte for the kind, eight for the offset, TRACE_BYTES for the trace, then the message. */
export function packPayload(
  kind: StoredKind,
  offset: bigint,
  traceparent: Uint8Array | undefined,
  body: Uint8Array,
): Uint8Array {
  const out = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  out.writeUInt8(KINDS.indexOf(kind), 0);
  out.writeBigInt64LE(offset, 1);
  if (traceparent === undefined) out.fill(0, 9, HEADER_BYTES);
  else out.set(packTrace(traceparent), 9);
  out.set(body, HEADER_BYTES);
  return out;
}

/** Inverse of {@link packPayload}. Throws RangeError for bytes that it did not write. */
export function unpackPayload(stored: Uint8Array): StoredPayload {
  const bytes = Buffer.isBuffer(stored)
    ? stored
    : Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (bytes.length < HEADER_BYTES) throw new RangeError(`stored payload of ${bytes.length} bytes`);
  const kind = KINDS[bytes.readUInt8(0)];
  if (kind === undefined) throw new RangeError(`stored payload of kind ${bytes.readUInt8(0)}`);
  return {
    kind,
    offset: bytes.readBigInt64LE(1),
    trace: isZero(bytes, 9, HEADER_BYTES) ? undefined : unpackTrace(bytes.subarray(9, HEADER_BYTES)),
    body: bytes.subarray(HEADER_BYTES),
  };
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] !== 0) return false;
  return true;
}

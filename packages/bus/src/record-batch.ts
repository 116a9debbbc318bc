import { Known } from '@tercet/contracts';
import type { FetchedMessage } from './committed-messages.js';

/** Bytes that do not read as what was expected there. */
export class Unexpected extends Error {}

/** Of kafkajs' messages what the bus and kafkajs' own consumer ask for; keys, values and headers lie in the fetched bytes. */
export interface LogMessage extends FetchedMessage {
  readonly offset: bigint;
  readonly timestamp: bigint;
  /** The last value of each header that has one. */
  readonly headers: Record<string, Buffer>;
}

const COMPRESSED = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
const MAGIC = 2;
/** Base offset and length: what the length does not count. */
const UNCOUNTED = 12;
/** Up to the records. */
const HEAD = 61;
/** Fewer bytes behind the last batch are not looked at. */
const LEAST = 49;

/**
 * Reads the record batches of a partition; one that the response had no room for, at the end, is left out.
 * @throws Unexpected, or RangeError, for batches of another format, compressed ones, and any whose lengths contradict each other.
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
export function readBatches(bytes: Buffer): LogMessage[] {
  const messages: LogMessage[] = [];
  if (bytes.length > 0 && bytes.length < LEAST) throw new Unexpected('no batch is so short');
  let at = 0;
  while (at + LEAST <= bytes.length) {
    const end = at + UNCOUNTED + bytes.readInt32BE(at + 8);
    if (end > bytes.length) break;
    if (end < at + HEAD) throw new Unexpected('a batch is shorter than its head');
    readBatch(bytes, at, end, messages);
    at = end;
  }
  return messages;
}

function readBatch(bytes: Buffer, at: number, end: number, messages: LogMessage[]): void {
  const attributes = bytes.readInt16BE(at + 21);
  if (bytes.readInt8(at + 16) !== MAGIC || attributes & COMPRESSED) throw new Unexpected('another format');
  const firstOffset = bytes.readBigInt64BE(at);
  const maxTimestamp = bytes.readBigInt64BE(at + 35);
  const batch: BatchOf = {
    firstOffset,
    firstTimestamp: bytes.readBigInt64BE(at + 27),
    appendedAt: attributes & LOG_APPEND_TIME ? maxTimestamp : undefined,
    isControl: (attributes & CONTROL) > 0,
    context: {
      firstOffset,
      lastOffsetDelta: bytes.readInt32BE(at + 23),
      producerId: String(bytes.readBigInt64BE(at + 43)),
      inTransaction: (attributes & TRANSACTIONAL) > 0,
    },
  };
  const count = bytes.readInt32BE(at + 57);
  const from = new Cursor(bytes, at + HEAD);
  for (let n = 0; n < count; n += 1) messages.push(readRecord(from, end, batch));
  if (count < 0 || from.at !== end) throw new Unexpected('a batch does not end with its records');
}

interface BatchOf {
  readonly firstOffset: bigint;
  readonly firstTimestamp: bigint;
  /** Of all its records, where the topic says so. */
  readonly appendedAt: bigint | undefined;
  readonly isControl: boolean;
  readonly context: FetchedMessage['batchContext'];
}

function readRecord(from: Cursor, batchEnd: number, batch: BatchOf): LogMessage {
  const length = from.int();
  const end = from.at + length;
  if (length < 0 || end > batchEnd) throw new Unexpected('a record is longer than its batch');
  // No attribute is defined.
  from.at += 1;
  const timestampDelta = from.varint();
  const offsetDelta = from.int();
  const key = from.framed();
  const value = from.framed();
  const headers: Record<string, Buffer> = {};
  const count = from.int();
  for (let n = 0; n < count; n += 1) {
    const name = from.name();
    const content = from.framed();
    if (content !== null) headers[name] = content;
    else delete headers[name];
  }
  if (count < 0 || from.at !== end) throw new Unexpected('a record does not end with its headers');
  return {
    offset: batch.firstOffset + BigInt(offsetDelta),
    timestamp: batch.appendedAt ?? batch.firstTimestamp + BigInt(timestampDelta),
    key,
    value,
    headers,
    isControlRecord: batch.isControl,
    batchContext: batch.context,
  };
}

const names = new Known((bytes) => Buffer.from(bytes).toString());

class Cursor {
  constructor(
    readonly bytes: Buffer,
    public at: number,
  ) {}

  /** A zigzag number of at most 49 bits. */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 49; scale *= 128) {
      const byte = this.bytes[this.at];
      if (byte === undefined) break;
      this.at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new Unexpected('a number is too long');
  }

  int(): number {
    const value = this.varint();
    if (value > 0x7fffffff || value < -0x80000000) throw new Unexpected('more than 32 bits');
    return value;
  }

  /** Bytes behind their length; null where that is -1. */
  framed(): Buffer | null {
    const length = this.int();
    return length === -1 ? null : this.bytes.subarray(this.pass(length), this.at);
  }

  name(): string {
    const from = this.pass(this.int());
    return names.of(this.bytes, from, this.at);
  }

  /** Goes behind a field of `length` bytes, and answers where it begins. */
  private pass(length: number): number {
    const from = this.at;
    this.at += length;
    if (length < 0 || this.at > this.bytes.length) throw new Unexpected('a field is longer than the batches');
    return from;
  }
}

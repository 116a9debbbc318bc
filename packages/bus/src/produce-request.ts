import { BugError } from '@tercet/kit';
import { crc32c } from './crc32c.js';
import type { RequiringModule } from './remember-requires.js';
import type { Encoder, EncoderClass } from './share-buffers.js';

/** A message as `outgoing.ts` makes it. */
export interface ProducedMessage {
  readonly key?: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string | Uint8Array>>;
}

export interface Produce {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null | undefined;
  /** kafkajs has a string of the broker's, or -1. */
  readonly producerId?: string | number | undefined;
  readonly producerEpoch?: number | undefined;
  /** 0: none, which is all that the bus asks for. */
  readonly compression?: number | undefined;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence?: number | undefined;
      readonly messages: readonly ProducedMessage[];
    }[];
  }[];
}

/** As kafkajs takes a request. */
export interface EncodableRequest {
  readonly apiKey: 0;
  readonly apiVersion: number;
  readonly apiName: 'Produce';
  expectResponse(): boolean;
  encode(): Promise<Encoder>;
}

const TRANSACTIONAL = 16;
const MAGIC = 2;
/** From its base offset to where its records begin. */
const BATCH_HEAD = 61;
/** What a batch's length does not count: base offset and the length itself. */
const UNCOUNTED = 12;
const CRC_AT = 17;

/**
 * Has kafkajs send Produce as it is written here. kafkajs 2.2.4 makes some dozen buffers of each record.
 * @param kind kafkajs's module that picks the version of a Produce request.
 */
export function writeProduce(kind: RequiringModule | undefined, Encoders: EncoderClass): void {
  if (!kind) throw new BugError('kafkajs no longer keeps Produce where it did in 2.2.4');
  const load = kind.require;
  kind.require = function (path) {
    const version = /^\.\/v([3-7])\/request$/.exec(path)?.[1];
    if (version === undefined) return load.call(this, path);
    return (produce: Produce) => produceRequest(produce, Number(version), Encoders);
  };
}

/**
 * Produce of the versions 3 to 7, which differ in number alone, written at once into memory of just its size.
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
function produceRequest(produce: Produce, apiVersion: number, Encoders: EncoderClass): EncodableRequest {
  return {
    apiKey: 0,
    apiVersion,
    apiName: 'Produce',
    expectResponse: () => produce.acks !== 0,
    encode: async () => {
      const encoder = new Encoders();
      encoder.buf = encodeProduce(produce);
      encoder.offset = encoder.buf.length;
      return encoder;
    },
  };
}

/** Exported for its test. */
export function encodeProduce(produce: Produce, nowMs = Date.now()): Buffer {
  if (produce.compression) throw new BugError('the bus does not compress');
  const { acks, timeout, topicData, transactionalId = null } = produce;
  let size = 2 + Buffer.byteLength(transactionalId ?? '') + 10;
  /** Of each record, by batch. */
  const sizes: number[][] = [];
  for (const { topic, partitions } of topicData) {
    size += 2 + Buffer.byteLength(topic) + 4;
    for (const { messages } of partitions) {
      size += 8 + BATCH_HEAD;
      const own = messages.map(sizeOf);
      for (const bytes of own) size += framed(bytes);
      sizes.push(own);
    }
  }
  const to = new Writer(size);
  to.string16(transactionalId);
  to.int16(acks);
  to.int32(timeout);
  to.int32(topicData.length);
  let batch = 0;
  for (const { topic, partitions } of topicData) {
    to.string16(topic);
    to.int32(partitions.length);
    for (const { partition, messages, firstSequence = 0 } of partitions) {
      to.int32(partition);
      writeBatch(to, messages, sizes[batch++] as number[], { ...produce, firstSequence }, nowMs);
    }
  }
  return to.bytes;
}

interface BatchOf extends Pick<Produce, 'transactionalId' | 'producerId' | 'producerEpoch'> {
  readonly firstSequence: number;
}

function writeBatch(
  to: Writer,
  messages: readonly ProducedMessage[],
  sizes: readonly number[],
  of: BatchOf,
  nowMs: number,
): void {
  const sizeAt = to.at;
  to.int32(0);
  const from = to.at;
  to.int64(0n);
  to.int32(0);
  to.int32(0);
  to.int8(MAGIC);
  to.int32(0);
  const checked = to.at;
  to.int16(of.transactionalId ? TRANSACTIONAL : 0);
  to.int32(messages.length - 1);
  to.int64(BigInt(nowMs));
  to.int64(BigInt(nowMs));
  to.int64(BigInt(of.producerId ?? -1));
  to.int16(of.producerEpoch ?? 0);
  to.int32(of.firstSequence);
  to.int32(messages.length);
  for (const [n, size] of sizes.entries()) writeRecord(to, messages[n] as ProducedMessage, n, size);
  to.bytes.writeInt32BE(to.at - from, sizeAt);
  to.bytes.writeInt32BE(to.at - from - UNCOUNTED, from + 8);
  to.bytes.writeUInt32BE(crc32c(to.bytes, checked, to.at), from + CRC_AT);
}

function writeRecord(to: Writer, message: ProducedMessage, n: number, size: number): void {
  const { key, value, headers = {} } = message;
  to.varint(size);
  // No attributes; the batch's time.
  to.int8(0);
  to.varint(0);
  to.varint(n);
  to.framed(key);
  to.framed(value);
  const names = Object.keys(headers);
  to.varint(names.length);
  for (const name of names) {
    to.framed(name);
    to.framed(headers[name]);
  }
}

function sizeOf({ key, value, headers = {} }: ProducedMessage, n: number): number {
  const names = Object.keys(headers);
  let size = 2 + sizeOfVarint(n) + sizeOfFramed(key) + sizeOfFramed(value) + sizeOfVarint(names.length);
  for (const name of names) size += sizeOfFramed(name) + sizeOfFramed(headers[name]);
  return size;
}

const lengthOf = (value: string | Uint8Array): number =>
  typeof value === 'string' ? Buffer.byteLength(value) : value.length;

const framed = (length: number): number => sizeOfVarint(length) + length;

const sizeOfFramed = (value: string | Uint8Array | null | undefined): number =>
  value == null ? 1 : framed(lengthOf(value));

/** Of a number that is not negative, doubled by the zigzag. */
function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value * 2; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

/** Memory that is filled from its beginning to its end. */
class Writer {
  readonly bytes: Buffer;
  at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  int8(value: number): void {
    this.at = this.bytes.writeInt8(value, this.at);
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  int64(value: bigint): void {
    this.at = this.bytes.writeBigInt64BE(value, this.at);
  }

  string16(value: string | null): void {
    this.int16(value === null ? -1 : Buffer.byteLength(value));
    if (value !== null) this.at += this.bytes.write(value, this.at);
  }

  varint(value: number): void {
    let rest = value * 2;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.bytes[this.at++] = (rest % 0x80) + 0x80;
    this.bytes[this.at++] = rest;
  }

  framed(value: string | Uint8Array | null | undefined): void {
    if (value == null) {
      this.bytes[this.at++] = 1;
    } else {
      this.varint(lengthOf(value));
      if (typeof value === 'string') this.at += this.bytes.write(value, this.at);
      else {
        this.bytes.set(value, this.at);
        this.at += value.length;
      }
    }
  }
}

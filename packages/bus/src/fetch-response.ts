import { BugError } from '@tercet/kit';
import type { FetchResponse } from './partition-fetch.js';
import { readBatches, Unexpected } from './record-batch.js';
import type { RequiringModule } from './remember-requires.js';

/** As kafkajs takes a response. */
export interface DecodableResponse {
  decode(bytes: Buffer): Promise<unknown>;
  parse(response: unknown): Promise<unknown>;
}

/** What kafkajs makes of a Fetch response. */
export interface DecodedFetch extends FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
}

/**
 * Has kafkajs read Fetch responses as they are read here. kafkajs 2.2.4 makes some thirty objects of each record. Whatever is out of
 * the ordinary (older formats, compression, bytes that are not sound) it reads itself.
 * @param kind kafkajs's module that picks the version of a Fetch request.
 */
export function readFetch(kind: RequiringModule | undefined): void {
  if (!kind) throw new BugError('kafkajs no longer keeps Fetch where it did in 2.2.4');
  const load = kind.require;
  kind.require = function (path) {
    const loaded = load.call(this, path);
    if (path !== './v11/response') return loaded;
    const theirs = loaded as DecodableResponse;
    return { ...theirs, decode: async (bytes: Buffer) => decodeFetch(bytes) ?? theirs.decode(bytes) };
  };
}

/**
 * A Fetch response of version 11, which every broker since 2.3 answers with.
 * @returns undefined for anything that is not plain.
 */
export function decodeFetch(bytes: Buffer): DecodedFetch | undefined {
  try {
    const from = new Reader(bytes);
    const clientSideThrottleTime = from.int32();
    const errorCode = from.int16();
    const sessionId = from.int32();
    const responses = from.array(readTopic);
    if (!from.isAtEnd) throw new Unexpected('bytes behind the response');
    // As kafkajs has it: the broker has not waited, and expects its client to.
    return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
  } catch (error) {
    if (error instanceof Unexpected || error instanceof RangeError) return undefined;
    throw error;
  }
}

const readTopic = (from: Reader): FetchResponse['responses'][number] => ({
  topicName: from.string(),
  partitions: from.array(readPartition),
});

const readPartition = (from: Reader) => ({
  partition: from.int32(),
  errorCode: from.int16(),
  highWatermark: from.int64(),
  lastStableOffset: from.int64(),
  lastStartOffset: from.int64(),
  abortedTransactions: from.array(readAborted),
  preferredReadReplica: from.int32(),
  messages: readBatches(from.bytes()),
});

const readAborted = (from: Reader) => ({ producerId: from.int64(), firstOffset: from.int64() });

class Reader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  int16(): number {
    this.#at += 2;
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  /** In decimal digits, as kafkajs has it. */
  int64(): string {
    this.#at += 8;
    return String(this.#bytes.readBigInt64BE(this.#at - 8));
  }

  string(): string {
    const from = this.#pass(this.int16());
    return this.#bytes.toString('utf8', from, this.#at);
  }

  array<T>(read: (from: Reader) => T): T[] {
    const items: T[] = [];
    const count = this.int32();
    if (count < -1) throw new Unexpected('a negative count');
    for (let n = 0; n < count; n += 1) items.push(read(this));
    return items;
  }

  bytes(): Buffer {
    const from = this.#pass(this.int32());
    return this.#bytes.subarray(from, this.#at);
  }

  #pass(length: number): number {
    const from = this.#at;
    this.#at += length;
    if (length < 0 || this.#at > this.#bytes.length)
      throw new Unexpected('a field is longer than the response');
    return from;
  }
}

import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toBusRecord } from './bus-record.js';
import { type DecodableResponse, type DecodedFetch, decodeFetch, readFetch } from './fetch-response.js';
import type { FetchedPartition } from './partition-fetch.js';
import { kafkajsRequests, type RequiringModule } from './remember-requires.js';
import type { Encoder } from './share-buffers.js';

const require = createRequire(import.meta.url);
const theirs = require('kafkajs/src/protocol/requests/fetch/v11/response') as DecodableResponse;
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: unknown) => Encoder;
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (batch: unknown) => Promise<Encoder>;
};

const text = fc.oneof(fc.string({ maxLength: 8 }), fc.constant('schlüssel ✓'), fc.constant('traceparent'));
const bytes = fc
  .tuple(fc.constantFrom(0, 1, 63, 64, 130), fc.nat(255))
  .map(([length, fill]) => Buffer.alloc(length, fill));
const record = fc.record({
  timestampDelta: fc.oneof(fc.constant(0n), fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n })),
  offsetDelta: fc.oneof(fc.nat(70), fc.nat(2 ** 31 - 1)),
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.dictionary(text, fc.oneof(bytes, fc.array(bytes, { minLength: 1, maxLength: 3 })), {
    maxKeys: 3,
  }),
});
const LOG_APPEND_TIME = 8;
const CONTROL = 32;
const batch = fc.record({
  firstOffset: fc.bigInt({ min: 0n, max: 2n ** 60n }),
  firstTimestamp: fc.bigInt({ min: 0n, max: 2n ** 50n }),
  maxTimestamp: fc.bigInt({ min: -1n, max: 2n ** 50n }),
  lastOffsetDelta: fc.nat(2 ** 31 - 1),
  transactional: fc.boolean(),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }),
  attributes: fc.constantFrom(0, LOG_APPEND_TIME, CONTROL, LOG_APPEND_TIME + CONTROL),
  records: fc.array(record, { maxLength: 3 }),
});
const int64 = fc.bigInt({ min: -1n, max: 2n ** 63n - 1n });
const partition = fc.record({
  partition: fc.nat(11),
  errorCode: fc.constantFrom(0, 1, 6),
  ends: fc.tuple(int64, int64, int64),
  aborted: fc.option(fc.array(fc.tuple(int64, int64), { maxLength: 2 })),
  replica: fc.constantFrom(-1, 2),
  batches: fc.array(batch, { maxLength: 3 }),
});
const topics = fc.array(fc.record({ topic: text, partitions: fc.array(partition, { maxLength: 2 }) }), {
  maxLength: 2,
});
type Topics = typeof topics extends fc.Arbitrary<infer T> ? T : never;
type Batch = typeof batch extends fc.Arbitrary<infer T> ? T : never;

async function encodeBatch({ attributes, records, ...given }: Batch): Promise<Buffer> {
  const encoded = Buffer.from((await RecordBatch({ ...given, records: records.map(encodeRecord) })).buffer);
  encoded.writeInt16BE(encoded.readInt16BE(21) | attributes, 21);
  return encoded;
}

const number = (bytes: 2 | 4 | 8, value: bigint | number): Buffer => {
  const written = Buffer.alloc(8);
  written.writeBigInt64BE(BigInt(value));
  return written.subarray(8 - bytes);
};

/** As a broker sends it, with `cut` bytes of each partition's records missing. */
async function encodeResponse(given: Topics, cut = 0): Promise<Buffer> {
  const out = [number(4, 3), number(2, 0), number(4, 9), number(4, given.length)];
  for (const { topic, partitions } of given) {
    out.push(number(2, Buffer.byteLength(topic)), Buffer.from(topic), number(4, partitions.length));
    for (const { partition, errorCode, ends, aborted, replica, batches } of partitions) {
      out.push(number(4, partition), number(2, errorCode), ...ends.map((end) => number(8, end)));
      out.push(number(4, aborted?.length ?? -1), ...(aborted ?? []).flat().map((one) => number(8, one)));
      const records = Buffer.concat(await Promise.all(batches.map(encodeBatch)));
      const whole = records.subarray(0, Math.max(0, records.length - cut));
      out.push(number(4, replica), number(4, whole.length), whole);
    }
  }
  return Buffer.concat(out);
}

/** What the bus and kafkajs' consumer see of it. */
const seen = ({ responses, ...head }: DecodedFetch) => ({
  ...head,
  responses: responses.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.map(({ messages, ...rest }) => ({ ...rest, messages: messages.map(seenMessage) })),
  })),
});

const seenMessage = (message: FetchedPartition['messages'][number]) => {
  const { firstOffset, lastOffsetDelta, producerId, inTransaction } = message.batchContext;
  return {
    record: toBusRecord('t', 0, message),
    isControlRecord: message.isControlRecord,
    batch: { firstOffset: BigInt(firstOffset), lastOffsetDelta, producerId, inTransaction },
  };
};

const seenByKafkajs = async (response: Buffer) => seen((await theirs.decode(response)) as DecodedFetch);

it('reads what kafkajs reads', async () => {
  await fc.assert(
    fc.asyncProperty(topics, async (given) => {
      const response = await encodeResponse(given);
      const decoded = decodeFetch(response);
      expect(decoded && seen(decoded)).toEqual(await seenByKafkajs(response));
    }),
    { numRuns: 100 },
  );
});

it('leaves out the batch that the response had no room for, as kafkajs does', async () => {
  await fc.assert(
    fc.asyncProperty(topics, batch, fc.integer({ min: 1, max: 400 }), async (given, first, cut) => {
      const whole = given.map(({ partitions, ...rest }) => ({
        ...rest,
        partitions: partitions.map((one) => ({
          ...one,
          batches: [{ ...first, records: [{ ...plain, value: Buffer.alloc(600) }] }, ...one.batches],
        })),
      }));
      const response = await encodeResponse(whole, cut);
      const decoded = decodeFetch(response);
      expect(decoded && seen(decoded)).toEqual(await seenByKafkajs(response));
    }),
    { numRuns: 50 },
  );
});

const plain = { timestampDelta: 0n, offsetDelta: 0, key: null, value: null, headers: {} };

it('never answers what kafkajs refuses or reads otherwise', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(topics, fc.nat(), fc.nat(255), fc.boolean(), async (given, at, byte, isCut) => {
      const whole = await encodeResponse(given);
      const place = at % whole.length;
      const response = isCut ? whole.subarray(0, place) : Buffer.from(whole);
      if (!isCut) response[place] = byte;
      const decoded = decodeFetch(response);
      if (decoded === undefined) return;
      answered += 1;
      expect(seen(decoded)).toEqual(await seenByKafkajs(response));
    }),
    { numRuns: 500 },
  );
  expect(answered).toBeGreaterThan(30);
});

it('leaves a header without a value out, whoever read it', async () => {
  const headers = { a: Buffer.alloc(0), b: Buffer.from('kept') };
  const only: Batch = {
    firstOffset: 5n,
    firstTimestamp: 1n,
    maxTimestamp: 1n,
    lastOffsetDelta: 0,
    transactional: false,
    producerId: -1n,
    attributes: 0,
    records: [{ ...plain, headers }],
  };
  const rest: Omit<Topics[number]['partitions'][number], 'batches'> = {
    partition: 0,
    errorCode: 0,
    ends: [1n, 1n, 0n],
    aborted: null,
    replica: -1,
  };
  const response = await encodeResponse([{ topic: 't', partitions: [{ ...rest, batches: [only] }] }]);
  // The length of the first, which is 0, becomes -1.
  const name = Buffer.from([2, 0x61, 0]);
  response[response.indexOf(name) + 2] = 1;
  const decoded = decodeFetch(response);
  expect(decoded && seen(decoded)).toEqual(await seenByKafkajs(response));
  const [message] = decoded?.responses[0]?.partitions[0]?.messages ?? [];
  expect(message && toBusRecord('t', 0, message).headers).toEqual({ b: headers.b });
});

it('answers for version 11, and leaves to kafkajs what is not plain there', async () => {
  const loaded: string[] = [];
  const kind: RequiringModule = {
    require(path) {
      loaded.push(path);
      return { decode: async () => 'theirs', parse: async () => 'parsed' };
    },
  };
  readFetch(kind);
  const response = kind.require('./v11/response') as DecodableResponse;
  expect(await response.decode(await encodeResponse([]))).toMatchObject({ sessionId: 9, responses: [] });
  expect(await response.decode(Buffer.alloc(3))).toBe('theirs');
  expect(await response.parse({})).toBe('parsed');
  expect(await (kind.require('./v10/response') as DecodableResponse).decode(Buffer.alloc(14))).toBe('theirs');
  expect(loaded).toEqual(['./v11/response', './v10/response']);
  expect(() => readFetch(undefined)).toThrow('no longer');
  expect(kafkajsRequests().get('fetch')).toBeDefined();
});

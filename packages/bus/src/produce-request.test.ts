import { createRequire } from 'node:module';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { crc32c } from './crc32c.js';
import { type EncodableRequest, encodeProduce, type Produce, writeProduce } from './produce-request.js';
import { kafkajsRequests, type RequiringModule } from './remember-requires.js';
import { type EncoderClass, kafkajsEncoder } from './share-buffers.js';

const require = createRequire(import.meta.url);
type ToRequest = (produce: Produce) => EncodableRequest;
const theirs = require('kafkajs/src/protocol/requests/produce/v3/request') as ToRequest;
const theirCrc = require('kafkajs/src/protocol/recordBatch/crc32C') as (encoder: Buffer) => number;

const text = fc.oneof(fc.string({ maxLength: 8 }), fc.constant('schlüssel ✓'), fc.constant('k'.repeat(70)));
const bytes = fc
  .tuple(fc.constantFrom(0, 1, 63, 64, 1_023, 8_191, 8_192, 20_000), fc.nat(255))
  .map(([length, fill]) => Buffer.alloc(length, fill));
const message = fc.record({
  key: fc.oneof(text, bytes, fc.constant(null)),
  value: fc.option(bytes),
  headers: fc.dictionary(text, fc.oneof(text, bytes), { maxKeys: 4 }),
});
const partition = fc.record({
  partition: fc.nat(11),
  firstSequence: fc.nat(2 ** 31 - 1),
  messages: fc.oneof(
    fc.array(message, { minLength: 1, maxLength: 4 }),
    message.map((one) => Array.from({ length: 130 }, () => one)),
  ),
});
const produce = fc.record({
  acks: fc.constantFrom(-1, 0, 1),
  timeout: fc.constant(30_000),
  transactionalId: fc.option(text.filter((id) => id !== '')),
  producerId: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  producerEpoch: fc.nat(32_767),
  topicData: fc.array(
    fc.record({ topic: text, partitions: fc.array(partition, { minLength: 1, maxLength: 3 }) }),
    { minLength: 1, maxLength: 2 },
  ),
});

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: 1_790_000_000_000 }));
afterEach(() => vi.useRealTimers());

it('writes the bytes that kafkajs writes', async () => {
  await fc.assert(
    fc.asyncProperty(produce, async (request) => {
      const expected = await theirs(request).encode();
      expect(encodeProduce(request).equals(expected.buffer)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

it('takes what a producer that is not idempotent leaves out', async () => {
  const plain = {
    acks: 1,
    timeout: 1_000,
    topicData: [{ topic: 't', partitions: [{ partition: 0, messages: [{ value: Buffer.from('v') }] }] }],
  };
  expect(encodeProduce(plain).equals((await theirs(plain).encode()).buffer)).toBe(true);
});

it('sums what kafkajs sums, from and to where it is told', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (given, from) => {
      const whole = Buffer.from(given);
      const end = Math.max(from, whole.length - 3);
      expect(crc32c(whole)).toBe(theirCrc(whole));
      expect(crc32c(whole, from, Math.min(end, whole.length))).toBe(theirCrc(whole.subarray(from, end)));
    }),
  );
});

it('answers for the versions that are laid out so, and leaves the others to kafkajs', async () => {
  const loaded: string[] = [];
  const kind: RequiringModule = {
    require(path) {
      loaded.push(path);
    },
  };
  const Encoders: EncoderClass = kafkajsEncoder();
  writeProduce(kind, Encoders);
  const request = (kind.require('./v7/request') as ToRequest)({ acks: -1, timeout: 1, topicData: [] });
  expect(request).toMatchObject({ apiKey: 0, apiVersion: 7, apiName: 'Produce' });
  expect(request.expectResponse()).toBe(true);
  const encoder = await request.encode();
  expect([encoder.size(), encoder.buffer.length]).toEqual([12, 12]);
  for (const path of ['./v2/request', './v8/request', './v7/response']) kind.require(path);
  expect(loaded).toEqual(['./v2/request', './v8/request', './v7/response']);
  expect(() => writeProduce(undefined, Encoders)).toThrow('no longer');
  expect(kafkajsRequests().get('produce')).toBeDefined();
});

it('refuses to compress', () => {
  expect(() => encodeProduce({ acks: -1, timeout: 1, compression: 1, topicData: [] })).toThrow('compress');
});

import {
  context,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { HEADER, partitionOf } from '@tercet/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BusRecord, deadLetter, type OutgoingRecord, recordContext } from '../src/index.js';
import { consumeOptions, createTopic, onBroker, texts, waitFor } from './on-broker.js';

const broker = onBroker();

const record = (topic: string, key: string, value: string): OutgoingRecord => ({
  topic,
  key,
  value: Buffer.from(value),
});

// The bus knows OpenTelemetry's API alone; these two stand for the SDK that a service registers.
const traceparent: TextMapPropagator = {
  fields: () => ['traceparent'],
  inject(ctx, carrier, setter) {
    const span = trace.getSpanContext(ctx);
    if (span) setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-01`);
  },
  extract(ctx, carrier, getter) {
    const [, traceId, spanId] = String(getter.get(carrier, 'traceparent') ?? '').split('-');
    if (!traceId || !spanId) return ctx;
    return trace.setSpanContext(ctx, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  },
};
let active = ROOT_CONTEXT;

beforeAll(() => {
  propagation.setGlobalPropagator(traceparent);
  context.setGlobalContextManager({
    active: () => active,
    with: (_, fn, self, ...args) => fn.call(self as never, ...args),
    bind: (_, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
});

afterAll(() => {
  propagation.disable();
  context.disable();
});

test('topics are created with explicit settings, once, and what differs is named', async () => {
  const bus = broker.bus(broker.newPrefix());
  await using admin = await bus.admin();
  const specs = [
    { name: 'a', partitions: 3, config: { 'cleanup.policy': 'compact,delete', 'retention.ms': '60000' } },
    { name: 'b', partitions: 1, config: { 'message.timestamp.type': 'LogAppendTime' } },
  ];
  expect(await admin.ensureTopics(specs)).toEqual({ created: ['a', 'b'], differing: [] });
  expect(await admin.ensureTopics(specs)).toEqual({ created: [], differing: [] });
  expect(await admin.partitionCount('a')).toBe(3);
  const changed = [{ name: 'a', partitions: 4, config: { 'retention.ms': '70000' } }];
  expect(await admin.ensureTopics(changed)).toEqual({
    created: [],
    differing: ['a.retention.ms: 60000, should be 70000', 'a.partitions: 3, should be 4'],
  });
});

test('two processes may create the same topics at once', async () => {
  const bus = broker.bus(broker.newPrefix());
  const specs = [{ name: 'a', partitions: 2, config: {} }];
  const admins = await Promise.all([bus.admin(), bus.admin(), bus.admin()]);
  const results = await Promise.all(admins.map((admin) => admin.ensureTopics(specs)));
  expect(results.map(({ differing }) => differing)).toEqual([[], [], []]);
  expect(results.some(({ created }) => created.includes('a'))).toBe(true);
  expect(await Promise.all(admins.map((admin) => admin.partitionCount('a')))).toEqual([2, 2, 2]);
});

test('a topic that does not exist is not made by use', async () => {
  const bus = broker.bus(broker.newPrefix());
  await using admin = await bus.admin();
  await expect(admin.partitionCount('none')).rejects.toMatchObject({ code: 'broker_unavailable' });
});

test('produce returns partition, offset and append time of each record, in their order', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'logged', 3, { 'message.timestamp.type': 'LogAppendTime' });
  await createTopic(bus, 'created', 3);
  await using producer = await bus.producer();
  const keys = ['t/1', 't/2', 't/3', 't/1', 't/2', 't/3', 'äöü/漢'];
  const before = BigInt(Date.now());
  const appended = await producer.send(
    keys.map((key, i) => record(i === 3 ? 'created' : 'logged', key, `v${i}`)),
  );
  expect(appended.map(({ partition }) => partition)).toEqual(keys.map((key) => partitionOf(key, 3)));

  await using reader = await bus.reader('check');
  const found = new Map<string, BusRecord>();
  for (const topic of ['logged', 'created'])
    for (const partition of [0, 1, 2])
      await reader.readToEnd({ topic, partition }, 0n, (records) => {
        for (const row of records) found.set(texts([row])[0] as string, row);
      });
  appended.forEach(({ partition, offset, appendTimeMs }, i) => {
    const row = found.get(`v${i}`);
    expect(row).toMatchObject({ topic: i === 3 ? 'created' : 'logged', partition, offset });
    expect(Buffer.from(row?.key ?? []).toString()).toBe(keys[i]);
    expect(appendTimeMs).toBe(i === 3 ? undefined : row?.timestampMs);
    if (appendTimeMs === undefined) return;
    expect(appendTimeMs).toBeGreaterThanOrEqual(before - 1_000n);
    expect(appendTimeMs).toBeLessThanOrEqual(BigInt(Date.now()) + 1_000n);
  });
});

test('sends that overlap keep their order, and none is lost', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in');
  await using producer = await bus.producer();
  const sent = Array.from({ length: 50 }, (_, i) => producer.send([record('in', 'k', String(i))]));
  const offsets = (await Promise.all(sent)).map(([row]) => row?.offset);
  expect(offsets).toEqual(Array.from({ length: 50 }, (_, i) => BigInt(i)));
});

test('a record beyond the limit of its topic is rejected as a bug; a new producer goes on', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'small', 1, { 'max.message.bytes': '2000' });
  await using producer = await bus.producer();
  await expect(producer.send([record('small', 'k', 'x'.repeat(5_000))])).rejects.toMatchObject({
    kind: 'Bug',
  });
  await using next = await bus.producer();
  expect(await next.send([record('small', 'k', 'x')])).toMatchObject([{ partition: 0 }]);
});

test('tombstones and binary headers arrive as they were sent', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in');
  await using producer = await bus.producer();
  const bytes = Uint8Array.of(0, 255, 10);
  await producer.send([{ topic: 'in', key: 'gone', value: null, headers: { bytes, text: 'ä' } }]);
  await using reader = await bus.reader('check');
  const rows: BusRecord[] = [];
  await reader.readToEnd({ topic: 'in', partition: 0 }, 0n, (records) => void rows.push(...records));
  expect(rows[0]?.value).toBeUndefined();
  expect([...(rows[0]?.headers['bytes'] ?? [])]).toEqual([...bytes]);
  expect(Buffer.from(rows[0]?.headers['text'] ?? []).toString()).toBe('ä');
});

test('the trace of the sender is the context of the record, unless the record brings its own', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in');
  await using producer = await bus.producer();
  const own = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;
  active = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    traceFlags: 1,
  });
  try {
    await producer.send([
      record('in', 'k', 'inherits'),
      { ...record('in', 'k', 'own'), headers: { traceparent: own } },
    ]);
  } finally {
    active = ROOT_CONTEXT;
  }
  await producer.send([record('in', 'k', 'none')]);
  const rows: BusRecord[] = [];
  await bus.consume(consumeOptions('g', ['in'], async (chunk) => void rows.push(...chunk.records)));
  await waitFor('three records', () => rows.length === 3);
  const traceIds = rows.map((row) => trace.getSpanContext(recordContext(row))?.traceId);
  expect(traceIds).toEqual(['a'.repeat(32), 'c'.repeat(32), undefined]);
});

test('a dead letter carries the bytes, the code, and where the original lies', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'items', 2);
  await createTopic(bus, 'dead-letters');
  await using producer = await bus.producer();
  await producer.send([
    {
      topic: 'items',
      partition: 1,
      key: 't/1',
      value: Buffer.from([1, 2]),
      headers: { 'content-type': 'text/x' },
    },
  ]);
  const letters: BusRecord[] = [];
  await bus.consume(
    consumeOptions('intake', ['items'], async (chunk) => {
      const reason = { code: 'undecodable', detail: 'at byte 1', service: 'intake' } as const;
      await producer.send(chunk.records.map((row) => deadLetter(row, reason)));
      await chunk.commit();
    }),
  );
  await bus.consume(
    consumeOptions('lookup', ['dead-letters'], async (chunk) => void letters.push(...chunk.records)),
  );
  await waitFor('the dead letter', () => letters.length === 1);
  const text = (name: string) => Buffer.from(letters[0]?.headers[name] ?? []).toString();
  expect([...(letters[0]?.value ?? [])]).toEqual([1, 2]);
  expect(Buffer.from(letters[0]?.key ?? []).toString()).toBe('t/1');
  expect([
    text(HEADER.deadLetterCode),
    text(HEADER.deadLetterDetail),
    text(HEADER.deadLetterService),
  ]).toEqual(['undecodable', 'at byte 1', 'intake']);
  expect([
    text(HEADER.deadLetterTopic),
    text(HEADER.deadLetterPartition),
    text(HEADER.deadLetterOffset),
  ]).toEqual(['items', '1', '0']);
  expect(text('content-type')).toBe('text/x');
  await using admin = await bus.admin();
  await waitFor('the commit', async () => (await admin.lag('intake', 'items')) === 0n);
});

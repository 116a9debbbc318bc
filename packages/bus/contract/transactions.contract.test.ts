import { expect, test } from 'vitest';
import type { Bus, BusRecord } from '../src/index.js';
import { append, createTopic, onBroker, texts, waitFor } from './on-broker.js';

const broker = onBroker();
const COMMIT_MS = 20_000;
const place = { topic: 'out', partition: 0 };

const out = (value: string, partition = 0) => ({
  topic: 'out',
  partition,
  key: 'k',
  value: Buffer.from(value),
});

async function readAll(bus: Bus, from = 0n): Promise<{ values: string[]; position: bigint; end: bigint }> {
  await using reader = await bus.reader('check');
  const { end } = await reader.bounds(place);
  const values: string[] = [];
  const position = await reader.readToEnd(place, from, (records) => void values.push(...texts(records)));
  return { values, position, end };
}

test('the later producer of an id fences the earlier one, before it has sent anything', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'out');
  const a = await bus.transactionalProducer('owner-0', place);
  await a.commit([out('a 1')], COMMIT_MS);
  const b = await bus.transactionalProducer('owner-0', place);
  await expect(a.commit([out('a 2')], COMMIT_MS)).rejects.toMatchObject({ code: 'fenced' });
  await b.commit([out('b 1')], COMMIT_MS);
  expect((await readAll(bus)).values).toEqual(['a 1', 'b 1']);
  await expect(a.commit([out('a 3')], COMMIT_MS)).rejects.toMatchObject({ kind: 'Bug' });
});

test('producers of different ids do not fence each other', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'out');
  const a = await bus.transactionalProducer('owner-0', place);
  const b = await bus.transactionalProducer('owner-1', place);
  await a.commit([out('a')], COMMIT_MS);
  await b.commit([out('b')], COMMIT_MS);
  expect((await readAll(bus)).values).toEqual(['a', 'b']);
});

test('transactions back to back all commit, whole and in order', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'out');
  const producer = await bus.transactionalProducer('owner-0', place);
  const wanted: string[] = [];
  for (let i = 0; i < 20; i += 1) {
    const values = [`${i} first`, `${i} second`];
    wanted.push(...values);
    await producer.commit(
      values.map((value) => out(value)),
      COMMIT_MS,
    );
  }
  expect((await readAll(bus)).values).toEqual(wanted);
});

test('a transaction may be announced, whatever comes of it', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'out');
  const a = await bus.transactionalProducer('owner-0', place);
  const wanted: string[] = [];
  for (let i = 0; i < 10; i += 1) {
    a.announce();
    if (i % 3 === 0) a.announce();
    wanted.push(`a ${i}`);
    await a.commit([out(`a ${i}`)], COMMIT_MS);
  }
  a.announce();
  expect((await readAll(bus)).values).toEqual(wanted);

  // The later producer ends what the earlier one announced, and is not held up by what that announces behind it.
  const b = await bus.transactionalProducer('owner-0', place);
  a.announce();
  await expect(a.commit([out('a more')], COMMIT_MS)).rejects.toMatchObject({ code: 'fenced' });
  b.announce();
  await b.commit([out('b')], COMMIT_MS);
  const { values, position, end } = await readAll(bus);
  expect(values).toEqual([...wanted, 'b']);
  expect(position).toBe(end);
});

test('what was announced and not used is ended, and the producer stays of use', async () => {
  const bus = broker.bus(broker.newPrefix(), { transactionTimeoutMs: 8_000 });
  await createTopic(bus, 'out');
  const producer = await bus.transactionalProducer('owner-0', place);
  await producer.commit([out('1')], COMMIT_MS);
  const { end: before } = await readAll(bus);
  producer.announce();
  // The marker of an abort is all that it leaves.
  await waitFor('its end', async () => (await readAll(bus)).end === before + 1n);
  await producer.commit([out('2')], COMMIT_MS);
  expect((await readAll(bus)).values).toEqual(['1', '2']);
});

test('a transaction that runs out of time is rejected as unknown, and its producer is of no more use', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'out');
  const producer = await bus.transactionalProducer('owner-0', place);
  await expect(producer.commit([out('late')], 0)).rejects.toMatchObject({ code: 'deadline' });
  await expect(producer.commit([out('more')], COMMIT_MS)).rejects.toMatchObject({ kind: 'Bug' });
  const next = await bus.transactionalProducer('owner-0', place);
  await next.commit([out('next')], COMMIT_MS);
  // Fencing settled the first: committed whole or not at all, and never behind the second.
  expect(['next', 'late,next']).toContain((await readAll(bus)).values.join());
});

test('a partition is read to its end over commit markers, from anywhere', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'out');
  expect(await readAll(bus)).toEqual({ values: [], position: 0n, end: 0n });
  const producer = await bus.transactionalProducer('owner-0', place);
  // The fence's record and its marker.
  expect(producer.fencedTo).toBe(2n);
  expect(await readAll(bus)).toEqual({ values: [], position: 2n, end: 2n });
  await producer.commit([out('1'), out('2')], COMMIT_MS);
  await producer.commit([out('3')], COMMIT_MS);
  // Two records, a marker, a record, a marker.
  expect(await readAll(bus)).toEqual({ values: ['1', '2', '3'], position: 7n, end: 7n });
  expect(await readAll(bus, 3n)).toMatchObject({ values: ['2', '3'], position: 7n });
  expect(await readAll(bus, 4n)).toMatchObject({ values: ['3'], position: 7n });
  expect(await readAll(bus, 6n)).toMatchObject({ values: [], position: 7n });
  expect(await readAll(bus, 7n)).toMatchObject({ values: [], position: 7n });

  await using reader = await bus.reader('check');
  const values: string[] = [];
  const position = await reader.readToEnd(place, 0n, (rows) => void values.push(...texts(rows)), { end: 3n });
  expect({ values, position }).toEqual({ values: ['1'], position: 3n });
});

test('the fence tells the clock of a broker that stamps records itself, and nothing where the sender does', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'out', 1, { 'message.timestamp.type': 'LogAppendTime' });
  await createTopic(bus, 'stamped-by-the-sender');
  const before = Date.now();
  const { fencedAt } = await bus.transactionalProducer('owner-0', place);
  // One machine, one clock.
  expect(fencedAt?.appendTimeMs).toBeGreaterThanOrEqual(before);
  expect(fencedAt?.receivedAtMs).toBeGreaterThanOrEqual(fencedAt?.appendTimeMs ?? Number.POSITIVE_INFINITY);
  const other = { topic: 'stamped-by-the-sender', partition: 0 };
  expect((await bus.transactionalProducer('owner-1', other)).fencedAt).toBeUndefined();
});

test('several partitions are read at once, more than one fetch long each', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'out', 3);
  await using producer = await bus.producer();
  for (let round = 0; round < 5; round += 1)
    await producer.send([0, 1, 2].map((partition) => out(`${round}`.padEnd(600_000, '.'), partition)));
  await using reader = await bus.reader('check');
  const sums = [0, 0, 0];
  const positions = await Promise.all(
    [0, 1, 2].map((partition) =>
      reader.readToEnd({ topic: 'out', partition }, 0n, (records) => {
        sums[partition] = (sums[partition] ?? 0) + records.length;
      }),
    ),
  );
  expect(sums).toEqual([5, 5, 5]);
  expect(positions).toEqual([5n, 5n, 5n]);
});

test('a tail sees what is appended from its start on, and ends with its signal', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'out', 2);
  await append(bus, 'out', ['before']);
  await using reader = await bus.reader('tail');
  const stop = new AbortController();
  const seen: BusRecord[] = [];
  let hasStarted = false;
  const tail = reader.tail(
    ['out'],
    (records) => void seen.push(...records),
    stop.signal,
    () => {
      hasStarted = true;
    },
  );
  await waitFor('the start', () => hasStarted);
  const producer = await bus.transactionalProducer('owner-0', place);
  await producer.commit([out('committed', 1)], COMMIT_MS);
  await append(bus, 'out', ['after']);
  await waitFor('both records', () => seen.length === 2);
  expect(texts(seen).sort()).toEqual(['after', 'committed']);
  stop.abort();
  await tail;
});

import { UnavailableError } from '@tercet/kit';
import { expect, test } from 'vitest';
import type { Assignment, BusConsumer, Chunk } from '../src/index.js';
import { append, consumeOptions, createTopic, gate, onBroker, texts, waitFor } from './on-broker.js';

const broker = onBroker();

test('what was not committed is delivered again, what was committed is not', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in');
  await append(bus, 'in', ['1', '2', '3', '4']);
  const first: string[] = [];
  const consumer = await bus.consume(
    consumeOptions('g', ['in'], async (chunk) => {
      first.push(...texts(chunk.records));
      const second = chunk.records[1];
      if (chunk.records[0]?.offset === 0n && second) await chunk.commit(second.offset, 'note');
    }),
  );
  await waitFor('the four records', () => first.length === 4);
  expect(await consumer.committed({ topic: 'in', partition: 0 })).toEqual({ offset: 1n, metadata: 'note' });
  await consumer[Symbol.asyncDispose]();
  await consumer.finished;

  const second: string[] = [];
  await bus.consume(consumeOptions('g', ['in'], async (chunk) => void second.push(...texts(chunk.records))));
  await waitFor('the records again', () => second.length >= 3);
  expect(second).toEqual(['2', '3', '4']);
});

test('a chunk whose handler finds a dependency away is delivered again, and nothing behind it before', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in');
  await append(bus, 'in', ['1']);
  const seen: string[] = [];
  const consumer = await bus.consume(
    consumeOptions('g', ['in'], async (chunk) => {
      seen.push(...texts(chunk.records));
      if (seen.length < 3) throw new UnavailableError('redis_unavailable');
      await chunk.commit();
    }),
  );
  await waitFor('the first delivery', () => seen.length > 0);
  await append(bus, 'in', ['2']);
  await waitFor('the second record', () => seen.includes('2'));
  expect(seen).toEqual(['1', '1', '1', '2']);
  expect(await consumer.committed({ topic: 'in', partition: 0 })).toMatchObject({ offset: 2n });
});

test('a bug in the handler ends the consumer', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in');
  await append(bus, 'in', ['1']);
  const consumer = await bus.consume(
    consumeOptions('g', ['in'], async () => {
      throw new TypeError('oops');
    }),
  );
  await expect(consumer.finished).rejects.toThrow('oops');
});

test('a slow partition holds up no other, and heartbeats go on', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in', 2);
  const release = gate();
  const seen: string[] = [];
  const consumer = await bus.consume(
    consumeOptions('g', ['in'], async (chunk) => {
      if (chunk.partition === 0) await release.opened;
      seen.push(...texts(chunk.records));
    }),
  );
  await append(bus, 'in', ['slow 1'], 0);
  await append(bus, 'in', ['slow 2'], 0);
  for (let i = 0; i < 5; i += 1) await append(bus, 'in', [`fast ${i}`], 1);
  await waitFor('the fast partition', () => seen.length === 5);
  // Longer than the session: without heartbeats the group would have dropped the member.
  const from = Date.now();
  await waitFor('a session to pass', () => Date.now() - from > 7_000);
  expect(consumer.vitals().sinceHeartbeatMs).toBeLessThan(6_000);
  release.open();
  await waitFor('the slow partition', () => seen.length === 7);
  expect(seen.slice(5)).toEqual(['slow 1', 'slow 2']);
});

test('a rebalance in the middle of a chunk aborts it, fences its commit, and loses nothing', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in', 2);
  await append(bus, 'in', ['a1', 'a2'], 0);
  await append(bus, 'in', ['b1', 'b2'], 1);
  const started = gate();
  const release = gate();
  const held: Chunk[] = [];
  const assignments: Assignment[] = [];
  const revoked: number[] = [];
  const firstSeen: string[] = [];
  let isHolding = true;
  await bus.consume({
    ...consumeOptions('g', ['in'], async (chunk) => {
      if (isHolding) {
        held.push(chunk);
        if (held.length === 2) started.open();
        await release.opened;
        return;
      }
      firstSeen.push(...texts(chunk.records));
      await chunk.commit();
    }),
    onAssigned: async (assignment) => void assignments.push(assignment),
    onRevoked: (partitions) => void revoked.push(...partitions.map(({ partition }) => partition)),
  });
  await started.opened;
  expect(assignments.map(({ partitions }) => partitions.length)).toEqual([2]);

  const secondSeen: string[] = [];
  await bus.consume(
    consumeOptions('g', ['in'], async (chunk) => {
      secondSeen.push(...texts(chunk.records));
      await chunk.commit();
    }),
  );
  await waitFor('the new assignment', () => assignments.length === 2);
  expect(held.every(({ signal }) => signal.aborted)).toBe(true);
  expect(assignments[1]?.partitions).toHaveLength(1);
  expect(assignments[1]?.generation).toBeGreaterThan(assignments[0]?.generation ?? 0);
  expect(revoked).toHaveLength(1);
  for (const chunk of held) {
    await expect(chunk.commit()).rejects.toMatchObject({ code: 'fenced' });
    await expect(chunk.heartbeat()).rejects.toMatchObject({ code: 'fenced' });
  }
  await waitFor('the partition that was given up', () => secondSeen.length === 2);
  // The kept partition waits for its old chunk to end.
  expect(firstSeen).toEqual([]);
  isHolding = false;
  release.open();
  await waitFor('the partition that was kept', () => firstSeen.length === 2);
  expect([...firstSeen, ...secondSeen].sort()).toEqual(['a1', 'a2', 'b1', 'b2']);
});

test('a partition stays paused over a rebalance that leaves it here, and goes on when resumed', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in', 4);
  const seen: string[] = [];
  const assignments: Assignment[] = [];
  const consumer = await bus.consume({
    ...consumeOptions('g', ['in'], async (chunk) => {
      seen.push(...texts(chunk.records));
      await chunk.commit();
    }),
    onAssigned: async (assignment) => void assignments.push(assignment),
  });
  await waitFor('the assignment', () => assignments.length === 1);

  // Of two members one gets 0 and 2, the other 1 and 3: each keeps one that was paused and one that was not.
  consumer.pause([0, 1].map((partition) => ({ topic: 'in', partition })));
  await bus.consume({ ...consumeOptions('g', ['in'], async () => {}), startPaused: true });
  await waitFor('the rebalance', () => assignments.length > 1 && assignments.at(-1)?.partitions.length === 2);
  const kept = assignments.at(-1)?.partitions.map(({ partition }) => partition) ?? [];
  const paused = kept.find((partition) => partition < 2) as number;
  const flowing = kept.find((partition) => partition >= 2) as number;
  await append(bus, 'in', ['paused'], paused);
  await append(bus, 'in', ['flows 1', 'flows 2', 'flows 3'], flowing);
  await waitFor('the other partition', () => seen.includes('flows 3'));
  expect(seen).not.toContain('paused');
  consumer.resume([{ topic: 'in', partition: paused }]);
  await waitFor('the paused partition', () => seen.includes('paused'));
});

test('onAssigned may seek, and is awaited before anything is delivered', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in');
  await append(bus, 'in', ['0', '1', '2', '3']);
  const place = { topic: 'in', partition: 0 };
  const ready = gate();
  const seen: string[] = [];
  let isReady = false;
  let consumer: BusConsumer | undefined;
  consumer = await bus.consume({
    ...consumeOptions('g', ['in'], async (chunk) => {
      expect(isReady).toBe(true);
      seen.push(...texts(chunk.records));
    }),
    startPaused: true,
    onAssigned: async ({ generation }) => {
      await ready.opened;
      await consumer?.heartbeat(generation);
      await consumer?.seek(place, 2n);
      isReady = true;
      consumer?.resume([place]);
    },
  });
  ready.open();
  await waitFor('the records from the seek on', () => seen.length >= 2);
  expect(seen).toEqual(['2', '3']);
  await consumer.seek(place, 1n);
  await waitFor('the records from the second seek on', () => seen.length >= 5);
  expect(seen.slice(2)).toEqual(['1', '2', '3']);
});

test('an idle partition is told with the start of the fetch, only once all before it is done', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in');
  await append(bus, 'in', ['1']);
  const release = gate();
  const events: string[] = [];
  let startedAtMs = 0;
  await bus.consume({
    ...consumeOptions('g', ['in'], async () => {
      await release.opened;
      events.push('done');
    }),
    onIdle: (_, at) => {
      events.push('idle');
      startedAtMs = at;
    },
  });
  const from = Date.now();
  await waitFor('some empty fetches', () => Date.now() - from > 1_000);
  expect(events).toEqual([]);
  release.open();
  await waitFor('an idle round', () => events.includes('idle'));
  expect(events.slice(0, 2)).toEqual(['done', 'idle']);
  expect(startedAtMs).toBeGreaterThan(from);
  expect(startedAtMs).toBeLessThanOrEqual(Date.now());
});

test('a partition that an answer had no room for is not told to be idle', async () => {
  const bus = broker.bus(broker.newPrefix());
  const PARTITIONS = 14;
  await createTopic(bus, 'in', PARTITIONS);
  await using producer = await bus.producer();
  const value = Buffer.alloc(900_000);
  for (let partition = 0; partition < PARTITIONS; partition += 1)
    await producer.send([{ topic: 'in', partition, key: 'k', value }]);
  const seen = new Set<number>();
  const early: number[] = [];
  const idle = new Set<number>();
  await bus.consume({
    ...consumeOptions('g', ['in'], async ({ partition }) => void seen.add(partition)),
    onIdle: ({ partition }) => {
      idle.add(partition);
      if (!seen.has(partition)) early.push(partition);
    },
  });
  await waitFor('every partition to be idle', () => idle.size === PARTITIONS);
  expect(seen.size).toBe(PARTITIONS);
  expect(early).toEqual([]);
});

test('fetches are as far apart as the consumer says, and bring the more', async () => {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in');
  const spacingMs = 100;
  const seen: string[] = [];
  let chunks = 0;
  const options = consumeOptions('g', ['in'], async ({ records }) => {
    chunks += 1;
    seen.push(...texts(records));
  });
  const consumer = await bus.consume({ ...options, maxWaitMs: spacingMs, fetchSpacingMs: () => spacingMs });
  await waitFor('the assignment is fetched', () => consumer.vitals().sinceFetchMs < spacingMs);
  const values = Array.from({ length: 150 }, (_, n) => String(n));
  const startedAt = performance.now();
  await append(bus, 'in', values);
  await waitFor('all of them', () => seen.length === values.length);
  expect(seen).toEqual(values);
  // One fetch may have been under way, and one begins at once; a timer may be a little early.
  expect(chunks).toBeLessThanOrEqual(3 + (performance.now() - startedAt) / spacingMs);
});

import { retry } from '@tercet/kit';
import type { KafkaServer } from '@tercet/local-broker';
import { expect, test } from 'vitest';
import { append, consumeOptions, createTopic, onBroker, texts, waitFor } from './on-broker.js';

const broker = onBroker({ own: true });

test('a consumer, a producer, a reader and a tail outlive a broker that is killed and comes back', async () => {
  const bus = broker.bus(broker.newPrefix());
  const server = broker.server as KafkaServer;
  await createTopic(bus, 'in');
  const seen: string[] = [];
  const tailed: string[] = [];
  const consumer = await bus.consume(
    consumeOptions('g', ['in'], async (chunk) => {
      seen.push(...texts(chunk.records));
      await chunk.commit();
    }),
  );
  let producer = await bus.producer();
  await using reader = await bus.reader('r');
  const stop = new AbortController();
  let hasStarted = false;
  const tail = reader.tail(
    ['in'],
    (records) => void tailed.push(...texts(records)),
    stop.signal,
    () => {
      hasStarted = true;
    },
  );
  await waitFor('the tail', () => hasStarted);
  const send = (value: string) =>
    retry(
      async () => {
        try {
          return await producer.send([{ topic: 'in', key: 'k', value: Buffer.from(value) }]);
        } catch (error) {
          // Thrown away after any rejected send, as the port says.
          await producer[Symbol.asyncDispose]();
          producer = await bus.producer();
          throw error;
        }
      },
      { initialMs: 100, maxMs: 1_000 },
    );
  await send('before');
  await waitFor('the first record', () => seen.includes('before') && tailed.includes('before'));

  await server.kill();
  // Sent while nobody listens: it is acknowledged once the broker is back.
  const during = send('during');
  await server.restart();
  await during;
  await send('after');
  await waitFor('the records', () => seen.includes('after') && tailed.includes('after'), 60_000);
  const values: string[] = [];
  await reader.readToEnd({ topic: 'in', partition: 0 }, 0n, (records) => void values.push(...texts(records)));
  expect([...new Set(values)]).toEqual(['before', 'during', 'after']);
  expect(new Set(seen)).toEqual(new Set(values));
  await waitFor('the commit', async () => {
    const committed = await consumer.committed({ topic: 'in', partition: 0 }).catch(() => undefined);
    return committed?.offset === BigInt(values.length);
  });
  stop.abort();
  await tail;
});

test('a transaction over a restart either commits or is rejected as unknown; the next owner goes on', async () => {
  const bus = broker.bus(broker.newPrefix());
  const server = broker.server as KafkaServer;
  await createTopic(bus, 'out');
  const out = (value: string) => ({ topic: 'out', key: 'k', value: Buffer.from(value) });
  const first = await bus.transactionalProducer('owner', { topic: 'out', partition: 0 });
  await first.commit([out('1')], 20_000);
  const restarting = server.restart();
  const outcome = await first.commit([out('2')], 30_000).then(
    () => 'committed',
    (error: { code?: string }) => error.code,
  );
  await restarting;
  expect(['committed', 'broker_unavailable', 'deadline']).toContain(outcome);
  const next = await bus.transactionalProducer('owner', { topic: 'out', partition: 0 });
  await next.commit([out('3')], 20_000);
  await using reader = await bus.reader('r');
  const values: string[] = [];
  await waitFor('the last commit', async () => {
    values.length = 0;
    await reader.readToEnd(
      { topic: 'out', partition: 0 },
      0n,
      (records) => void values.push(...texts(records)),
    );
    return values.includes('3');
  });
  expect(values.filter((value) => value !== '2')).toEqual(['1', '3']);
  if (outcome === 'committed') expect(values).toEqual(['1', '2', '3']);
});

test('a broker that goes silent ends the consumer by its watchdog', async () => {
  const bus = broker.bus(broker.newPrefix(), { watchdogMs: 4_000, requestTimeoutMs: 2_000 });
  const server = broker.server as KafkaServer;
  await createTopic(bus, 'in');
  await append(bus, 'in', ['1']);
  let seen = 0;
  const consumer = await bus.consume({
    ...consumeOptions('g', ['in'], async (chunk) => {
      seen += chunk.records.length;
    }),
    sessionTimeoutMs: 3_000,
  });
  await waitFor('the record', () => seen === 1);
  server.pause();
  try {
    await expect(consumer.finished).rejects.toMatchObject({ code: 'broker_unavailable' });
  } finally {
    server.resume();
  }
});

test('a consumer with nothing to fetch is not taken for a silent one', async () => {
  const bus = broker.bus(broker.newPrefix(), { watchdogMs: 3_000 });
  await createTopic(bus, 'in');
  const consumer = await bus.consume({
    ...consumeOptions('g', ['in'], async () => {}),
    startPaused: true,
    sessionTimeoutMs: 3_000,
  });
  let ended = false;
  consumer.finished.catch(() => {
    ended = true;
  });
  const from = Date.now();
  await waitFor('longer than the watchdog waits', () => Date.now() - from > 5_000);
  expect(ended).toBe(false);
});

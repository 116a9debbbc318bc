import { Kafka, logLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import { append, consumeOptions, createTopic, onBroker, waitFor } from './on-broker.js';

const broker = onBroker();
const place = { topic: 'in', partition: 0 };

/** Ten records, the first six of which are gone, as retention would have it. */
async function shortenedTopic(prefix: string) {
  const bus = broker.bus(prefix);
  await createTopic(bus, 'in');
  await append(
    bus,
    'in',
    Array.from({ length: 10 }, (_, i) => String(i)),
  );
  const shorten = async () => {
    const kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    // Deleting needs the topic's metadata, which deleting itself does not load.
    await admin.fetchTopicOffsets(`${prefix}in`);
    await admin.deleteTopicRecords({ topic: `${prefix}in`, partitions: [{ partition: 0, offset: '6' }] });
    await admin.disconnect();
  };
  return { bus, shorten };
}

test('a read from below the start of the log is a loud error', async () => {
  const { bus, shorten } = await shortenedTopic(broker.newPrefix());
  await shorten();
  await using reader = await bus.reader('check');
  expect(await reader.bounds(place)).toEqual({ low: 6n, end: 10n });
  await expect(reader.readToEnd(place, 5n, () => {})).rejects.toMatchObject({ kind: 'Bug' });
  expect(await reader.readToEnd(place, 6n, () => {})).toBe(10n);
});

test('a seek below the start of the log is a loud error, and moves nothing', async () => {
  const { bus, shorten } = await shortenedTopic(broker.newPrefix());
  await shorten();
  const offsets: bigint[] = [];
  const consumer = await bus.consume({
    ...consumeOptions(
      'g',
      ['in'],
      async (chunk) => void offsets.push(...chunk.records.map((row) => row.offset)),
    ),
    startPaused: true,
  });
  await consumer.seek(place, 8n);
  await expect(consumer.seek(place, 5n)).rejects.toMatchObject({ kind: 'Bug' });
  await expect(consumer.seek(place, 11n)).rejects.toMatchObject({ kind: 'Bug' });
  consumer.resume([place]);
  await waitFor('the records behind the first seek', () => offsets.length >= 2);
  expect(offsets).toEqual([8n, 9n]);
});

test('a log that is cut between a seek and its fetch ends the consumer', async () => {
  const { bus, shorten } = await shortenedTopic(broker.newPrefix());
  let delivered = 0;
  const consumer = await bus.consume({
    ...consumeOptions('g', ['in'], async (chunk) => {
      delivered += chunk.records.length;
    }),
    startPaused: true,
  });
  await consumer.seek(place, 2n);
  await shorten();
  consumer.resume([place]);
  await expect(consumer.finished).rejects.toMatchObject({ kind: 'Bug' });
  expect(delivered).toBe(0);
});

test('a committed offset that retention has passed goes on at the start of the log, never at its end', async () => {
  const { bus, shorten } = await shortenedTopic(broker.newPrefix());
  const first = await bus.consume(consumeOptions('g', ['in'], async (chunk) => chunk.commit(2n)));
  await waitFor('the commit', async () => (await first.committed(place))?.offset === 2n);
  await first[Symbol.asyncDispose]();
  await shorten();
  const offsets: bigint[] = [];
  await bus.consume(
    consumeOptions(
      'g',
      ['in'],
      async (chunk) => void offsets.push(...chunk.records.map((row) => row.offset)),
    ),
  );
  await waitFor('what is left', () => offsets.length >= 4);
  expect(offsets).toEqual([6n, 7n, 8n, 9n]);
});

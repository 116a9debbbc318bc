import { silentLogger } from '@tercet/kit';
import type { Cluster } from 'kafkajs';
import { expect, test } from 'vitest';
import { type Bus, FENCE_KEY } from '../src/index.js';
import { clusterHandle } from '../src/kafkajs-client.js';
import { createTopic, onBroker, texts, waitFor } from './on-broker.js';

// A broker that takes a transaction's record without asking its coordinator, as all did before KIP-890: such a record
// hangs as does that of a transaction whose marker was lost.
const broker = onBroker({ own: true, settings: { 'transaction.partition.verification.enable': false } });
const COMMIT_MS = 20_000;
const place = { topic: 'out', partition: 0 };

interface ProducerEpoch {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** What kafkajs' brokers answer and its types do not say. */
interface TransactionBroker {
  initProducerId(request: { transactionalId: string; transactionTimeout: number }): Promise<ProducerEpoch>;
}

/** Leaves a record of the id's present producer on the partition that no marker will ever end. */
async function leaveHanging(prefix: string, transactionalId: string, value: string): Promise<void> {
  const config = {
    brokers: broker.brokers,
    clientId: 'hanging',
    prefix,
    requestTimeoutMs: 10_000,
    connectionTimeoutMs: 2_000,
    watchdogMs: 60_000,
  };
  const cluster: Cluster = clusterHandle(config, silentLogger());
  await cluster.connect();
  try {
    await cluster.addMultipleTargetTopics([`${prefix}out`]);
    const node = await cluster.findBroker({ nodeId: '1' });
    const id = { transactionalId: prefix + transactionalId };
    const epoch = await (node as unknown as TransactionBroker).initProducerId({
      ...id,
      transactionTimeout: 30_000,
    });
    const messages = [{ key: 'k', value: Buffer.from(value), headers: {} }];
    await node.produce({
      ...id,
      ...epoch,
      topicData: [{ topic: `${prefix}out`, partitions: [{ partition: 0, firstSequence: 0, messages }] }],
    });
  } finally {
    await cluster.disconnect();
  }
}

async function readTo(bus: Bus, end: bigint): Promise<{ key: string; value: string }[]> {
  await using reader = await bus.reader('check');
  const seen: { key: string; value: string }[] = [];
  await reader.readToEnd(
    place,
    0n,
    (records) =>
      void seen.push(
        ...records.map((record) => ({
          key: Buffer.from(record.key ?? []).toString(),
          value: texts([record])[0] ?? '',
        })),
      ),
    { end },
  );
  return seen;
}

test('what a lost marker left hanging is committed with the fence, below the end that the new owner reads to', async () => {
  const prefix = broker.newPrefix();
  const bus = broker.bus(prefix);
  await createTopic(bus, 'out');
  const first = await bus.transactionalProducer('owner', place);
  await first.commit([{ ...place, key: 'k', value: Buffer.from('before') }], COMMIT_MS);
  await leaveHanging(prefix, 'owner', 'hanging');
  await using reader = await bus.reader('check');
  // Hidden: the stable end lies at the record.
  await waitFor('the commit', async () => (await reader.bounds(place)).end === 4n);
  expect((await readTo(bus, 4n)).map(({ value }) => value)).toEqual(['before']);

  const next = await bus.transactionalProducer('owner', place);
  const fence = { key: FENCE_KEY, value: '' };
  expect(await readTo(bus, next.fencedTo)).toEqual([
    { key: 'k', value: 'before' },
    { key: 'k', value: 'hanging' },
    fence,
  ]);
  await next.commit([{ ...place, key: 'k', value: Buffer.from('after') }], COMMIT_MS);
  const { end } = await reader.bounds(place);
  expect((await readTo(bus, end)).map(({ value }) => value)).toEqual(['before', 'hanging', '', 'after']);
});

test('where another producer hangs, the fence does not pass and says so', async () => {
  const prefix = broker.newPrefix();
  const bus = broker.bus(prefix);
  await createTopic(bus, 'out');
  await leaveHanging(prefix, 'somebody', 'theirs');
  await expect(bus.transactionalProducer('owner', place)).rejects.toMatchObject({
    code: 'broker_unavailable',
    message: expect.stringContaining('hangs at 0'),
  });
});

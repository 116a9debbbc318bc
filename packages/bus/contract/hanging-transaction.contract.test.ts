import { silentLogger } from '@tercet/kit';
import type { Cluster } from 'kafkajs';
import { expect, test } from 'vitest';
import type { Bus } from '../src/index.js';
import { clusterHandle } from '../src/kafkajs-client.js';
import { createTopic, onBroker, texts } from './on-broker.js';

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

const out = (value: string) => ({ ...place, key: 'k', value: Buffer.from(value) });

async function readAll(bus: Bus): Promise<string[]> {
  await using reader = await bus.reader('check');
  const values: string[] = [];
  await reader.readToEnd(place, 0n, (records) => void values.push(...texts(records)));
  return values;
}

test('what a lost marker left hanging ends with the fence, and never shows', async () => {
  const prefix = broker.newPrefix();
  const bus = broker.bus(prefix);
  await createTopic(bus, 'out');
  const first = await bus.transactionalProducer('owner', place);
  await first.commit([out('before')], COMMIT_MS);
  await using reader = await bus.reader('check');
  const { end } = await reader.bounds(place);
  await leaveHanging(prefix, 'owner', 'hanging');
  const next = await bus.transactionalProducer('owner', place);
  expect(next.fencedTo).toBeGreaterThan(end + 1n);
  await next.commit([out('after')], COMMIT_MS);
  expect(await readAll(bus)).toEqual(['before', 'after']);
});

test('a commit that cannot be read is no commit: what hangs below it is told as unknown', async () => {
  const prefix = broker.newPrefix();
  const bus = broker.bus(prefix);
  await createTopic(bus, 'out');
  const owner = await bus.transactionalProducer('owner', place);
  await owner.commit([out('before')], COMMIT_MS);
  await leaveHanging(prefix, 'somebody', 'theirs');
  await expect(owner.commit([out('above')], 2_000)).rejects.toMatchObject({ code: 'deadline' });
  expect(await readAll(bus)).toEqual(['before']);
});

test('where another producer hangs, the fence does not pass and says so', async () => {
  const prefix = broker.newPrefix();
  const bus = broker.bus(prefix);
  await createTopic(bus, 'out');
  await leaveHanging(prefix, 'somebody', 'theirs');
  await expect(bus.transactionalProducer('owner', place)).rejects.toMatchObject({ code: 'deadline' });
});

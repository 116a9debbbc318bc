// Prints what docs/decisions/0002 reports: `pnpm exec tsx packages/bus/proofs/transactions.ts`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '@tercet/local-broker';
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';

const TOPIC = 'proof';
const TRANSACTIONS = 200;

const folder = await mkdtemp(join(tmpdir(), 'transactions-'));
const broker = await startKafka({ dataDir: join(folder, 'kafka'), logFile: join(folder, 'kafka.log') });
let concurrentTransactions = 0;
const kafka = new Kafka({
  clientId: 'proof',
  brokers: broker.brokers,
  logLevel: logLevel.ERROR,
  logCreator:
    () =>
    ({ log }) => {
      // Every refused attempt is logged once, before its retry.
      if (log.message.includes('another concurrent operation') && log['retryCount'] !== undefined)
        concurrentTransactions += 1;
    },
});

function transactional(transactionalId: string, retry: object): Producer {
  return kafka.producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: Number.MAX_SAFE_INTEGER, ...retry },
  });
}

async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'accepted',
    (error: { type?: string; message: string }) => `rejected (${error.type ?? error.message})`,
  );
}

async function fencing(): Promise<void> {
  const a = transactional('owner', {});
  const b = transactional('owner', {});
  await a.connect();
  await (await a.transaction()).abort();
  const early = await a.transaction();
  await early.send({ topic: TOPIC, messages: [{ partition: 0, key: 'k', value: 'a, sent before B' }] });
  await b.connect();
  console.log(
    `A after B only connected: send ${await outcome(
      early.send({ topic: TOPIC, messages: [{ partition: 0, key: 'k', value: 'a' }] }),
    )}`,
  );
  await (await b.transaction()).abort();
  console.log(
    `A after B's empty transaction: send ${await outcome(
      early.send({ topic: TOPIC, messages: [{ partition: 0, key: 'k', value: 'a, zombie' }] }),
    )}, commit ${await outcome(early.commit())}`,
  );
  const later = await b.transaction();
  await later.send({ topic: TOPIC, messages: [{ partition: 0, key: 'k', value: 'b' }] });
  console.log(`B: commit ${await outcome(later.commit())}`);
  await Promise.all([a.disconnect(), b.disconnect()]);
}

async function rate(name: string, retry: object): Promise<void> {
  const producer = transactional(`rate-${name}`, retry);
  await producer.connect();
  await (await producer.transaction()).abort();
  concurrentTransactions = 0;
  const tookMs: number[] = [];
  for (let i = 0; i < TRANSACTIONS; i += 1) {
    const from = performance.now();
    const transaction = await producer.transaction();
    await transaction.send({ topic: TOPIC, messages: [{ partition: 1, key: 'k', value: String(i) }] });
    await transaction.commit();
    tookMs.push(performance.now() - from);
  }
  tookMs.sort((x, y) => x - y);
  const at = (q: number) => (tookMs[Math.floor(q * (tookMs.length - 1))] ?? 0).toFixed(1);
  const perSecond = (1000 * TRANSACTIONS) / tookMs.reduce((sum, ms) => sum + ms, 0);
  console.log(
    `${name}: ${TRANSACTIONS} transactions back to back, CONCURRENT_TRANSACTIONS ${concurrentTransactions} times ` +
      `(${(concurrentTransactions / TRANSACTIONS).toFixed(2)} a transaction), p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
      `${perSecond.toFixed(0)}/s`,
  );
  await producer.disconnect();
}

async function readToEnd(): Promise<void> {
  const consumer = kafka.consumer({ groupId: 'proof', maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
  const seen: string[] = [];
  let lastDelivered = -1n;
  const admin = kafka.admin();
  await admin.connect();
  const end = BigInt((await admin.fetchTopicOffsets(TOPIC)).find((row) => row.partition === 0)?.high ?? 0);
  await admin.disconnect();
  const position = new Promise<bigint>((resolve) => {
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.partition === 0 && BigInt(payload.lastOffset) + 1n >= end)
        resolve(BigInt(payload.lastOffset) + 1n);
    });
  });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      if (batch.partition !== 0) return;
      for (const message of batch.messages) {
        seen.push(message.value?.toString() ?? '');
        lastDelivered = BigInt(message.offset);
      }
    },
  });
  const reached = await position;
  console.log(
    `partition 0: end ${end}, last record at ${lastDelivered}, position by END_BATCH_PROCESS ${reached}, ` +
      `committed records ${JSON.stringify(seen)}`,
  );
  await consumer.disconnect();
}

try {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 2, replicationFactor: 1 }] });
  await admin.disconnect();
  await fencing();
  await rate('initialRetryTime 300 (default)', { initialRetryTime: 300, maxRetryTime: 30_000 });
  await rate('initialRetryTime 5', { initialRetryTime: 5, maxRetryTime: 1_000 });
  await readToEnd();
} finally {
  await broker.stop();
  await rm(folder, { recursive: true, force: true });
}

// Prints what docs/decisions/0020 reports: `pnpm exec tsx packages/bus/proofs/starved-broker.ts`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '@tercet/kit';
import { startKafka } from '@tercet/local-broker';
import { type BusConsumer, createBus } from '../src/index.js';

const ROUNDS = Number(process.argv[2] ?? 6);
const MEMBERS = 12;
const PARTITIONS = [0, 1];
/** The broker runs for so long of each second. */
const RUN_MS = [15, 30, 60];
const EVERY_MS = 1_000;
const STARVED_MS = 20_000;
/** Without a record for so long afterwards, a member counts as stuck. */
const STUCK_MS = 45_000;

const folder = await mkdtemp(join(tmpdir(), 'starved-broker-'));
const kafka = await startKafka({ dataDir: join(folder, 'kafka'), logFile: join(folder, 'kafka.log') });
const bus = createBus(
  {
    brokers: kafka.brokers,
    clientId: 'proof',
    prefix: '',
    // Below the stall, as 30 s are below one of a minute.
    requestTimeoutMs: 3_000,
    connectionTimeoutMs: 2_000,
    // Nothing but the group itself brings a member back here.
    watchdogMs: 3_600_000,
  },
  silentLogger(),
);

interface Member {
  readonly seen: Set<string>;
  consumer: BusConsumer;
  ended: boolean;
}

async function joinGroup(groupId: string): Promise<Member> {
  const seen = new Set<string>();
  const consumer = await bus.consume({
    groupId,
    topics: ['in'],
    sessionTimeoutMs: 6_000,
    maxBytesPerPartition: 1_048_576,
    maxWaitMs: 200,
    onChunk: async ({ records, commit }) => {
      for (const { value } of records) seen.add(Buffer.from(value ?? []).toString());
      await commit();
    },
  });
  const member: Member = { seen, consumer, ended: false };
  consumer.finished.catch(() => {
    member.ended = true;
  });
  return member;
}

async function starve(runMs: number): Promise<void> {
  for (const until = performance.now() + STARVED_MS; performance.now() < until; ) {
    kafka.pause();
    await delay(EVERY_MS - runMs);
    kafka.resume();
    await delay(runMs);
  }
}

try {
  await using admin = await bus.admin();
  await admin.ensureTopics([{ name: 'in', partitions: PARTITIONS.length, config: {} }]);
  const groups = Array.from({ length: MEMBERS }, (_, n) => `g${n}`);
  const members = await Promise.all(groups.map(joinGroup));
  await using producer = await bus.producer();
  for (let round = 0; round < ROUNDS; round += 1) {
    const runMs = RUN_MS[round % RUN_MS.length] as number;
    await starve(runMs);
    const wentOnAt = performance.now();
    const since = () => Math.round(performance.now() - wentOnAt);
    const texts = PARTITIONS.map((partition) => `${round}/${partition}`);
    for (const [partition, text] of texts.entries())
      await producer.send([{ topic: 'in', partition, key: 'k', value: Buffer.from(text) }]);
    const isBack = ({ seen }: Member) => texts.every((text) => seen.has(text));
    while (since() < STUCK_MS && !members.every((one) => isBack(one) || one.ended)) await delay(50);
    const stuck = members.filter((one) => !isBack(one) && !one.ended);
    const beating = stuck.filter(({ consumer }) => consumer.vitals().sinceHeartbeatMs < 6_000);
    const ended = members.filter((one) => one.ended);
    console.log(
      `${runMs} ms of each second: after ${since()} ms ${stuck.length} of ${MEMBERS} members read nothing, ` +
        `${beating.length} of these with heartbeats that are accepted; ${ended.length} ended`,
    );
    for (const [n, one] of members.entries()) {
      if (isBack(one)) continue;
      await one.consumer[Symbol.asyncDispose]();
      members[n] = await joinGroup(`g${n}`);
    }
  }
} finally {
  await bus[Symbol.asyncDispose]();
  await kafka.stop();
  await rm(folder, { recursive: true, force: true });
}

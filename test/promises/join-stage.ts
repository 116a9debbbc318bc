import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Bus, createBus, type OutgoingRecord } from '@tercet/bus';
import { Decision, DecisionStatus, partitionOf, TOPIC, topicTable } from '@tercet/contracts';
import { startBrokers, uniquePrefix, waitFor } from '@tercet/harness';
import { silentLogger } from '@tercet/kit';
import { busConfig, freePort, ServiceProcess, startReaper } from '@tercet/local';
import { type RedisServer, startRedis } from '@tercet/local-broker';

export interface Sent {
  readonly itemKey: string;
  readonly value: Uint8Array;
}

/** The join alone: real Kafka, a Redis of its own to be broken, and real fusion processes. */
export interface JoinStage extends AsyncDisposable {
  readonly bus: Bus;
  readonly partitions: number;
  readonly redis: RedisServer;
  /** Puts records on `embeddings`, as intake and encoders do; resolves when they are acknowledged. */
  send(records: readonly Sent[]): Promise<void>;
  /** Every committed decision, partition by partition, tombstones left out. */
  decisions(): Promise<Decision[]>;
  /** Starts one more fusion process and waits until it is ready. */
  startFusion(env?: Record<string, string>): Promise<ServiceProcess>;
  redisCommand(...args: string[]): Promise<string>;
  /** The last lines of every fusion process. */
  explain(): string;
}

export interface StageOptions {
  readonly partitions?: number;
  readonly appendonly?: boolean;
}

const READY_MS = 60_000;

export async function startJoinStage(name: string, options: StageOptions = {}): Promise<JoinStage> {
  const partitions = options.partitions ?? 3;
  const folder = await mkdtemp(join(tmpdir(), `tercet-${name}-`));
  const brokers = await startBrokers();
  const redis = await startRedis({ dataDir: join(folder, 'redis'), appendonly: options.appendonly ?? false });
  const prefix = uniquePrefix(name);
  const bus = createBus(busConfig(brokers.kafkaBrokers, prefix), silentLogger());
  await using admin = await bus.admin();
  await admin.ensureTopics(topicTable({ join: partitions, raw: 1, items: 1 }));
  const [producer, reader] = await Promise.all([bus.producer(), bus.reader('ledger')]);
  const reaper = startReaper();
  const processes: ServiceProcess[] = [];
  const ledgers = Array.from({ length: partitions }, () => ({ next: 0n, decisions: [] as Decision[] }));

  return {
    bus,
    partitions,
    redis,
    async send(records) {
      const outgoing = records.map(
        ({ itemKey, value }): OutgoingRecord => ({
          topic: TOPIC.embeddings,
          partition: partitionOf(itemKey, partitions),
          key: itemKey,
          value,
        }),
      );
      await producer.send(outgoing);
    },
    async decisions() {
      await Promise.all(
        ledgers.map(async (known, partition) => {
          known.next = await reader.readToEnd(
            { topic: TOPIC.decisions, partition },
            known.next,
            (records) => {
              for (const { value } of records)
                if (value !== undefined) known.decisions.push(Decision.decode(value));
            },
          );
        }),
      );
      return ledgers.flatMap((known) => known.decisions);
    },
    async startFusion(env = {}) {
      const fusion = new ServiceProcess({
        service: 'fusion',
        name: `fusion-${processes.length}`,
        deployment: {
          kafkaBrokers: brokers.kafkaBrokers,
          redisUrl: redis.url,
          prefix,
          contentDir: folder,
        },
        healthPort: await freePort(),
        env: { TERCET_SESSION_TIMEOUT_MS: '6000', ...env },
        reaper,
        maxRestarts: 0,
      });
      processes.push(fusion);
      fusion.start();
      await fusion.ready(READY_MS);
      return fusion;
    },
    async redisCommand(...args) {
      const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(redis.port), ...args]);
      return stdout.trim();
    },
    explain: () => processes.map((fusion) => `${fusion.name}\n${fusion.explain()}`).join('\n'),
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map((fusion) => fusion.stop()));
      await reaper.stop();
      await bus[Symbol.asyncDispose]();
      await redis.stop();
      await brokers.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The recoveries that a fusion process has logged: which partition, and when its owner began to work. */
export function recoveries(fusion: ServiceProcess): { partition: number; atMs: number }[] {
  return fusion.log.all().flatMap((line) => {
    if (!line.includes('"partition recovered"')) return [];
    const { partition, time } = JSON.parse(line) as { partition: number; time: string };
    return [{ partition, atMs: Date.parse(time) }];
  });
}

/** `item version.revision STATUS` of each decision. */
export function lines(decisions: readonly Decision[]): string[] {
  return decisions.map(
    ({ itemKey, version, revision, status }) => `${itemKey} ${version}.${revision} ${DecisionStatus[status]}`,
  );
}

/** Opened versions held against first decisions. */
export function ledger(
  opened: readonly { readonly itemKey: string; readonly version: bigint }[],
  decisions: readonly Decision[],
): { missing: string[]; repeated: string[]; outOfOrder: string[] } {
  const ids = decisions.map(({ itemKey, version, revision }) => `${itemKey} ${version}.${revision}`);
  const known = new Set(ids);
  const latest = new Map<string, Decision>();
  const outOfOrder: string[] = [];
  for (const decision of decisions) {
    const before = latest.get(decision.itemKey);
    const follows =
      before === undefined ||
      decision.version > before.version ||
      (decision.version === before.version && decision.revision > before.revision);
    if (!follows) outOfOrder.push(decision.itemKey);
    latest.set(decision.itemKey, decision);
  }
  return {
    missing: opened.map(({ itemKey, version }) => `${itemKey} ${version}.1`).filter((id) => !known.has(id)),
    repeated: ids.filter((id, index) => ids.indexOf(id) !== index),
    outOfOrder,
  };
}

/** Polls until that many decisions are committed, and answers them. */
export function decided(stage: JoinStage, count: number, timeoutMs = 60_000): Promise<Decision[]> {
  let last: Decision[] = [];
  return waitFor(
    `${count} decisions`,
    async () => {
      last = await stage.decisions();
      return last.length >= count ? last : false;
    },
    { timeoutMs, intervalMs: 50, explain: () => `there are ${last.length}\n${stage.explain()}` },
  );
}

/** Sum of a counter's series whose labels hold all of `labels`, out of a Prometheus text. */
export function counter(metrics: string, name: string, labels: readonly string[] = []): number {
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(name) && labels.every((label) => line.includes(label)))
    .reduce(
      (sum, line) =>
        sum +
        Number(
          line
            .slice(line.lastIndexOf('}') + 1)
            .trim()
            .split(' ')[0],
        ),
      0,
    );
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Bus, createBus } from '@tercet/bus';
import { DEFAULT_PARTITIONS } from '@tercet/contracts';
import { silentLogger } from '@tercet/kit';
import { busConfig, ensureTopics, freePort, type Reaper, ServiceProcess, startReaper } from '@tercet/local';
import { type KafkaServer, type RedisServer, startKafka, startRedis } from '@tercet/local-broker';

/** The join alone, with the topics of a deployment: Kafka, a Redis that may be emptied, and fusion processes. */
export interface JoinStage extends AsyncDisposable {
  readonly bus: Bus;
  readonly kafka: KafkaServer;
  readonly redis: RedisServer;
  readonly reaper: Reaper;
  /** Of every topic, group and key. */
  readonly prefix: string;
  /** For logs and state; it goes with the stage. */
  readonly folder: string;
  /** Takes all of the join's state away at once. */
  emptyRedis(): Promise<void>;
  /** Starts one more fusion process; resolves when it is ready. */
  startFusion(name: string, env?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
}

const PREFIX = 'bench.';
const READY_TIMEOUT_MS = 120_000;
/** As brokers run in production, both compilers on; the flags for tests trade speed for a quick start. */
const BROKER_FLAGS = ['-Xms512m', '-Xmx512m', '-XX:+UseSerialGC', '-Xshare:auto'];

/** Processes on this machine, whatever TERCET_BROKERS says: their processor time is part of the figures. */
export async function startJoinStage(partitions = DEFAULT_PARTITIONS): Promise<JoinStage> {
  const folder = await mkdtemp(join(tmpdir(), 'tercet-bench-'));
  const [kafka, redis] = await Promise.all([
    startKafka({
      dataDir: join(folder, 'kafka'),
      logFile: join(folder, 'kafka.log'),
      jvmFlags: BROKER_FLAGS,
    }),
    startRedis({ dataDir: join(folder, 'redis') }),
  ]);
  const reaper = startReaper();
  await ensureTopics(kafka.brokers, PREFIX, partitions);
  const bus = createBus(busConfig(kafka.brokers, PREFIX), silentLogger());
  const processes: ServiceProcess[] = [];
  return {
    bus,
    kafka,
    redis,
    reaper,
    prefix: PREFIX,
    folder,
    async emptyRedis() {
      await promisify(execFile)('redis-cli', ['-p', String(redis.port), 'FLUSHALL']);
    },
    async startFusion(name, env = {}) {
      const fusion = new ServiceProcess({
        service: 'fusion',
        name,
        deployment: {
          kafkaBrokers: kafka.brokers,
          redisUrl: redis.url,
          prefix: PREFIX,
          contentDir: folder,
        },
        healthPort: await freePort(),
        env,
        reaper,
        maxRestarts: 0,
      });
      processes.push(fusion);
      fusion.start();
      await fusion.ready(READY_TIMEOUT_MS);
      return fusion;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map((fusion) => fusion.stop()));
      await reaper.stop();
      await bus[Symbol.asyncDispose]();
      await redis.stop();
      await kafka.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

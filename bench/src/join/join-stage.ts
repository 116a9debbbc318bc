import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Bus, createBus } from '@tercet/bus';
import { silentLogger } from '@tercet/kit';
import { busConfig, ensureTopics, freePort, ServiceProcess, startBrokers, startReaper } from '@tercet/local';
import { type RedisServer, startRedis } from '@tercet/local-broker';

/** The join alone, with the topics of a deployment: Kafka, a Redis that may be emptied, and fusion processes. */
export interface JoinStage extends AsyncDisposable {
  readonly bus: Bus;
  readonly redis: RedisServer;
  /** Takes all of the join's state away at once. */
  emptyRedis(): Promise<void>;
  /** Starts one more fusion process; resolves when it is ready. */
  startFusion(name: string, env?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
}

const PREFIX = 'bench.';
const READY_TIMEOUT_MS = 120_000;

export async function startJoinStage(): Promise<JoinStage> {
  const folder = await mkdtemp(join(tmpdir(), 'tercet-bench-'));
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  const brokers = await startBrokers({ dataDir: folder, report });
  const redis = await startRedis({ dataDir: join(folder, 'redis') });
  const reaper = startReaper();
  await ensureTopics(brokers.kafkaBrokers, PREFIX);
  const bus = createBus(busConfig(brokers.kafkaBrokers, PREFIX), silentLogger());
  const processes: ServiceProcess[] = [];
  return {
    bus,
    redis,
    async emptyRedis() {
      await promisify(execFile)('redis-cli', ['-p', String(redis.port), 'FLUSHALL']);
    },
    async startFusion(name, env = {}) {
      const fusion = new ServiceProcess({
        service: 'fusion',
        name,
        deployment: {
          kafkaBrokers: brokers.kafkaBrokers,
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
      await brokers.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { createWriteStream, mkdirSync } from 'node:fs';
import { type Bus, createBus } from '@tercet/bus';
import { silentLogger } from '@tercet/kit';
import {
  busConfig,
  ensureTopics,
  freePort,
  type ServiceName,
  ServiceProcess,
  startReaper,
} from '@tercet/local';
import { type KafkaServer, type RedisServer, startKafka, startRedis } from '@tercet/local-broker';
import { PROCESSES, type ProcessName } from './schedule.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';

/** The pipeline as real processes, each of which can be broken. */
export interface Stage extends AsyncDisposable {
  readonly bus: Bus;
  readonly kafka: KafkaServer;
  /** Without persistence; the services reach it through `redisProxy`. */
  readonly redis: RedisServer;
  /** Where a SAVE leaves its snapshot, which a start would load. */
  readonly redisSnapshot: string;
  readonly redisProxy: TcpProxy;
  readonly processes: ReadonlyMap<ProcessName, ServiceProcess>;
}

const READY_MS = 120_000;
export const SESSION_TIMEOUT_MS = 4000;
const MAX_RESTARTS = 10_000;

/** Everything that it writes lies below `dataDir`; where it fails, nothing is left running. */
export async function startStage(dataDir: string, signal: AbortSignal): Promise<Stage> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let next = closers.pop(); next !== undefined; next = closers.pop()) await next();
  };
  try {
    return { ...(await startAll(dataDir, signal, closers)), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startAll(
  dataDir: string,
  signal: AbortSignal,
  closers: (() => Promise<void>)[],
): Promise<Omit<Stage, typeof Symbol.asyncDispose>> {
  const use = <T extends AsyncDisposable>(made: T): T => {
    closers.push(() => Promise.resolve(made[Symbol.asyncDispose]()));
    return made;
  };
  mkdirSync(`${dataDir}/logs`, { recursive: true });
  mkdirSync(`${dataDir}/content`, { recursive: true });
  const kafka = use(await startKafka({ dataDir: `${dataDir}/kafka`, logFile: `${dataDir}/logs/kafka.log` }));
  const redis = use(await startRedis({ dataDir: `${dataDir}/redis`, logFile: `${dataDir}/logs/redis.log` }));
  const redisProxy = use(await startTcpProxy(redis.port));
  signal.throwIfAborted();
  await ensureTopics(kafka.brokers, '');
  const bus = use(createBus(busConfig(kafka.brokers, ''), silentLogger()));
  const reaper = startReaper();
  closers.push(() => reaper.stop());
  const processes = new Map<ProcessName, ServiceProcess>();
  closers.push(async () => {
    await Promise.allSettled([...processes.values()].map((one) => one.stop()));
  });
  for (const name of PROCESSES) {
    const log = createWriteStream(`${dataDir}/logs/${name}.log`, { flags: 'a' });
    log.on('error', () => undefined);
    const service: ServiceName = name.startsWith('fusion') ? 'fusion' : (name as ServiceName);
    const one = new ServiceProcess({
      service,
      name,
      deployment: {
        kafkaBrokers: kafka.brokers,
        redisUrl: `redis://127.0.0.1:${redisProxy.port}/0`,
        prefix: '',
        contentDir: `${dataDir}/content`,
      },
      healthPort: await freePort(),
      env: {
        TERCET_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
        ...(service === 'gateway' ? { TERCET_GRPC_PORT: String(await freePort()) } : {}),
      },
      reaper,
      onLine: (line) => void log.write(`${line}\n`),
      maxRestarts: MAX_RESTARTS,
    });
    processes.set(name, one);
    one.start();
  }
  const starts = await Promise.allSettled([...processes.values()].map((one) => one.ready(READY_MS, signal)));
  for (const start of starts) if (start.status === 'rejected') throw start.reason;
  return { bus, kafka, redis, redisSnapshot: `${dataDir}/redis/dump.rdb`, redisProxy, processes };
}

import { createWriteStream, mkdirSync } from 'node:fs';
import { type Bus, createBus } from '@tercet/bus';
import { type PartitionCounts, topicTable } from '@tercet/contracts';
import { silentLogger } from '@tercet/kit';
import { busConfig, freePort, type ServiceName, ServiceProcess, startReaper } from '@tercet/local';
import { type KafkaServer, type RedisServer, startKafka, startRedis } from '@tercet/local-broker';
import { RebuildWatch } from './rebuild-watch.js';
import { PROCESSES, type ProcessName } from './schedule.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';
import { TransactionWatch } from './transaction-watch.js';

/** A service's process, and its own ways to Kafka and Redis. */
export interface StagedProcess {
  readonly process: ServiceProcess;
  readonly kafka: TcpProxy;
  readonly redis: TcpProxy;
  readonly transactions: TransactionWatch;
  readonly rebuilds: RebuildWatch;
}

/** The pipeline as real processes, each of which can be broken. */
export interface Stage extends AsyncDisposable {
  /** Past the proxies. */
  readonly bus: Bus;
  readonly kafka: KafkaServer;
  /** Without persistence. */
  readonly redis: RedisServer;
  /** Where a SAVE leaves its snapshot, which a start would load. */
  readonly redisSnapshot: string;
  readonly grpcAddress: string;
  readonly processes: ReadonlyMap<ProcessName, StagedProcess>;
  /** Processes that ended by a bug, as they say by their exit code. */
  readonly bugs: readonly string[];
}

/** Few, so that a fetch brings several records and a transaction several decisions: two cores carry more. */
export const PARTITIONS: PartitionCounts = { join: 4, raw: 2, items: 2 };
export const SESSION_TIMEOUT_MS = 4000;
/** How long the join remembers what it decided; a rebuild reads as much again. Nothing of the load refers further back. */
const REMEMBERED_MS = 10 * 60_000;
const READY_MS = 120_000;
const MAX_RESTARTS = 10_000;
/** Of a service, where it met a bug. */
const BUG_EXIT = 'exit code 70';

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
  const redis = use(await startRedis({ dataDir: `${dataDir}/redis`, logFile: `${dataDir}/logs/redis.log` }));
  const ways = new Map<ProcessName, Way>();
  for (const name of PROCESSES) ways.set(name, await openWay(name, redis.port, use));
  const kafka = use(
    await startKafka({
      dataDir: `${dataDir}/kafka`,
      logFile: `${dataDir}/logs/kafka.log`,
      listeners: [...ways.values()].map(({ listener }) => listener),
    }),
  );
  signal.throwIfAborted();
  const bus = use(createBus(busConfig(kafka.brokers, ''), silentLogger()));
  await createTopics(bus);
  const reaper = startReaper();
  closers.push(() => reaper.stop());
  const processes = new Map<ProcessName, StagedProcess>();
  closers.push(async () => {
    await Promise.allSettled([...processes.values()].map(({ process }) => process.stop()));
  });
  const grpcPort = await freePort();
  const bugs: string[] = [];
  for (const [name, way] of ways) {
    const log = createWriteStream(`${dataDir}/logs/${name}.log`, { flags: 'a' });
    log.on('error', () => undefined);
    const service: ServiceName = name.startsWith('fusion') ? 'fusion' : (name as ServiceName);
    const process = new ServiceProcess({
      service,
      name,
      deployment: {
        kafkaBrokers: [`127.0.0.1:${way.kafka.port}`],
        redisUrl: `redis://127.0.0.1:${way.redis.port}/0`,
        prefix: '',
        contentDir: `${dataDir}/content`,
      },
      healthPort: await freePort(),
      env: {
        TERCET_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
        TERCET_DEDUPE_WINDOW_MS: String(REMEMBERED_MS),
        TERCET_LOOKUP_WINDOW_MS: String(REMEMBERED_MS),
        ...(service === 'gateway' ? { TERCET_GRPC_PORT: String(grpcPort) } : {}),
      },
      reaper,
      onLine: (line) => {
        log.write(`${new Date().toISOString()} ${line}\n`);
        if (line.startsWith(`(ended with ${BUG_EXIT}`)) bugs.push(name);
      },
      maxRestarts: MAX_RESTARTS,
    });
    processes.set(name, { process, ...way });
    process.start();
  }
  const starts = await Promise.allSettled(
    [...processes.values()].map(({ process }) => process.ready(READY_MS, signal)),
  );
  for (const start of starts) if (start.status === 'rejected') throw start.reason;
  const redisSnapshot = `${dataDir}/redis/dump.rdb`;
  return { bus, kafka, redis, redisSnapshot, grpcAddress: `127.0.0.1:${grpcPort}`, processes, bugs };
}

interface Way extends Omit<StagedProcess, 'process'> {
  readonly listener: { readonly name: string; readonly port: number; readonly advertisedPort: number };
}

/** A process's proxies. Kafka tells clients where to connect, hence a listener for each, which names its proxy. */
async function openWay(
  name: ProcessName,
  redisPort: number,
  use: <T extends AsyncDisposable>(made: T) => T,
): Promise<Way> {
  const port = await freePort();
  const transactions = new TransactionWatch();
  const rebuilds = new RebuildWatch();
  const isFusion = name.startsWith('fusion');
  const kafka = use(await startTcpProxy(port, isFusion ? transactions.tap : undefined));
  const redis = use(await startTcpProxy(redisPort, isFusion ? rebuilds.tap : undefined));
  const listener = { name: name.toUpperCase().replaceAll('-', '_'), port, advertisedPort: kafka.port };
  return { kafka, redis, transactions, rebuilds, listener };
}

async function createTopics(bus: Bus): Promise<void> {
  await using admin = await bus.admin();
  await admin.ensureTopics(topicTable(PARTITIONS));
}

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { freePort } from '../process/free-port.js';
import type { BrokerOptions, Brokers } from './brokers.js';

/** The same versions that run as processes, and in deploy/compose.yaml. */
export const KAFKA_IMAGE = 'apache/kafka:4.3.1';
export const REDIS_IMAGE = 'redis:7.2-alpine';
const ENGINE_TIMEOUT_MS = 5000;
const PULL_TIMEOUT_MS = 30_000;
const START_TIMEOUT_MS = 60_000;

/** Why Docker cannot be used here. */
interface NotHere {
  readonly reason: string;
}

/** Kafka and Redis in containers, or why not. */
export async function startInDocker(
  options: Pick<BrokerOptions, 'report'>,
  pullTimeoutMs = PULL_TIMEOUT_MS,
): Promise<Brokers | NotHere> {
  if (!mayHaveEngine()) return { reason: 'no container engine is here' };
  // Loaded here only: it is large, and most starts do not need it.
  const containers = await import('testcontainers');
  const images = await imagesReady(containers, options.report, pullTimeoutMs);
  if ('reason' in images) return images;
  const { GenericContainer, Wait } = containers;
  const port = await freePort();
  const redis = await new GenericContainer(REDIS_IMAGE)
    .withCommand(['redis-server', '--appendonly', 'no', '--save', '', '--maxmemory-policy', 'noeviction'])
    .withExposedPorts(6379)
    .withStartupTimeout(START_TIMEOUT_MS)
    .start();
  const kafka = await new GenericContainer(KAFKA_IMAGE)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment(kafkaEnvironment(`127.0.0.1:${port}`))
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(START_TIMEOUT_MS)
    .start()
    .catch(async (error: unknown) => {
      await redis.stop();
      throw error;
    });
  options.report('brokers: Kafka and Redis in Docker');
  return {
    kind: 'docker',
    kafkaBrokers: [`127.0.0.1:${port}`],
    redisUrl: `redis://${redis.getHost()}:${redis.getMappedPort(6379)}/0`,
    async stop() {
      await Promise.allSettled([kafka.stop(), redis.stop()]);
    },
  };
}

/** One KRaft node; what it advertises is the port on this machine. */
function kafkaEnvironment(advertised: string): Record<string, string> {
  return {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${advertised}`,
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '4',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_MESSAGE_MAX_BYTES: '26214400',
    KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE: '2097152',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
    KAFKA_HEAP_OPTS: '-Xms128m -Xmx512m',
  };
}

/** Whether there is anything that an engine could answer on: a quick no where there is not. */
function mayHaveEngine(): boolean {
  if (process.env['DOCKER_HOST'] || process.env['DOCKER_CONTEXT']) return true;
  const home = homedir();
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? '/run/user/0';
  return [
    '/var/run/docker.sock',
    `${runtime}/docker.sock`,
    `${runtime}/podman/podman.sock`,
    `${home}/.docker/run/docker.sock`,
    `${home}/.docker/desktop/docker.sock`,
    `${home}/.testcontainers.properties`,
  ].some((path) => existsSync(path));
}

async function imagesReady(
  containers: typeof import('testcontainers'),
  report: (line: string) => void,
  pullTimeoutMs: number,
): Promise<NotHere | { ready: true }> {
  const { getContainerRuntimeClient, ImageName } = containers;
  let client: Awaited<ReturnType<typeof getContainerRuntimeClient>>;
  try {
    client = await within(ENGINE_TIMEOUT_MS, getContainerRuntimeClient());
  } catch {
    return { reason: 'no container engine answers' };
  }
  const until = performance.now() + pullTimeoutMs;
  for (const name of [KAFKA_IMAGE, REDIS_IMAGE]) {
    const image = ImageName.fromString(name);
    try {
      if (await within(ENGINE_TIMEOUT_MS, client.image.exists(image))) continue;
      report(`brokers: pulling ${name}, for at most ${pullTimeoutMs / 1000} s`);
      await within(until - performance.now(), client.image.pull(image));
      // Some clients resolve although the registry did not answer.
      if (await client.image.exists(image)) continue;
      return { reason: `${name} could not be pulled` };
    } catch {
      return { reason: `${name} is not here and was not pulled within ${pullTimeoutMs / 1000} s` };
    }
  }
  return { ready: true };
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), Math.max(timeoutMs, 0));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

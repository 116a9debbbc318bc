import { DEFAULT_LIMITS } from '@tercet/items';
import { type Env, readEnv, readKafkaSecurity, settings } from '@tercet/kit';

const shape = {
  TERCET_KAFKA_BROKERS: settings.kafkaBrokers,
  TERCET_TOPIC_PREFIX: settings.topicPrefix,
  TERCET_REDIS_URL: settings.redisUrl,
  TERCET_GRPC_HOST: settings.host,
  TERCET_GRPC_PORT: settings.port(50_051),
  TERCET_MAX_WINDOW_MS: settings.milliseconds(DEFAULT_LIMITS.maxWindowMs),
  TERCET_MAX_PARTS: settings.positive(DEFAULT_LIMITS.maxParts),
  TERCET_MAX_PART_BYTES: settings.positive(DEFAULT_LIMITS.maxPartBytes),
  TERCET_MAX_TEXT_BYTES: settings.positive(DEFAULT_LIMITS.maxTextBytes),
  TERCET_MAX_QUEUED_RECORDS: settings.positive(1_000),
  TERCET_SEND_TIMEOUT_MS: settings.milliseconds(10_000),
  TERCET_MAX_WAITERS: settings.positive(10_000),
  TERCET_MAX_WAIT_MS: settings.milliseconds(600_000),
};

export type GatewayConfig = ReturnType<typeof readConfig>;

/** @throws ConfigError naming the variable that is missing or wrong. */
export function readConfig(env: Env) {
  const read = readEnv(shape, env);
  return {
    bus: {
      brokers: read.TERCET_KAFKA_BROKERS,
      security: readKafkaSecurity(env),
      clientId: 'gateway',
      prefix: read.TERCET_TOPIC_PREFIX,
      requestTimeoutMs: 30_000,
      connectionTimeoutMs: 5_000,
      watchdogMs: 60_000,
    },
    redisUrl: read.TERCET_REDIS_URL,
    host: read.TERCET_GRPC_HOST,
    port: read.TERCET_GRPC_PORT,
    limits: {
      maxParts: read.TERCET_MAX_PARTS,
      maxPartBytes: read.TERCET_MAX_PART_BYTES,
      maxTextBytes: read.TERCET_MAX_TEXT_BYTES,
      maxWindowMs: read.TERCET_MAX_WINDOW_MS,
    },
    publisher: {
      maxQueued: read.TERCET_MAX_QUEUED_RECORDS,
      sendTimeoutMs: read.TERCET_SEND_TIMEOUT_MS,
    },
    maxWaiters: read.TERCET_MAX_WAITERS,
    maxWaitMs: read.TERCET_MAX_WAIT_MS,
  };
}

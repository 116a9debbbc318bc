import { type Env, readEnv, readKafkaSecurity, settings } from '@tercet/kit';
import { z } from 'zod';

const HOUR_MS = 3_600_000;

const shape = {
  TERCET_KAFKA_BROKERS: settings.kafkaBrokers,
  TERCET_TOPIC_PREFIX: settings.topicPrefix,
  TERCET_SESSION_TIMEOUT_MS: settings.milliseconds(10_000),
  TERCET_REDIS_URL: settings.redisUrl,
  TERCET_POLICIES_DIR: z.string().min(1).default('policies'),
  TERCET_HEADS_DIR: z.string().min(1).default('models/heads'),
  TERCET_LATE_WINDOW_MS: settings.nonNegative(0),
  TERCET_DEDUPE_WINDOW_MS: settings.milliseconds(24 * HOUR_MS),
  TERCET_LOOKUP_WINDOW_MS: settings.milliseconds(24 * HOUR_MS),
  TERCET_MAX_OPEN_BYTES: settings.positive(64 * 1024 * 1024),
  TERCET_TRANSACTION_TIMEOUT_MS: settings.milliseconds(5_000),
  TERCET_MAX_CLOCK_SKEW_MS: settings.nonNegative(250),
  TERCET_CONCURRENT_TRANSACTIONS: settings.positive(3),
};

export type FusionConfig = ReturnType<typeof readConfig>;

/** @throws ConfigError naming the variable that is missing or wrong. */
export function readConfig(env: Env) {
  const read = readEnv(shape, env);
  return {
    bus: {
      brokers: read.TERCET_KAFKA_BROKERS,
      security: readKafkaSecurity(env),
      clientId: 'fusion',
      prefix: read.TERCET_TOPIC_PREFIX,
      requestTimeoutMs: 30_000,
      connectionTimeoutMs: 5_000,
      watchdogMs: 60_000,
      // An owner that dies within a transaction leaves it to the broker; its successor's fence ends it at once.
      transactionTimeoutMs: 30_000,
    },
    sessionTimeoutMs: read.TERCET_SESSION_TIMEOUT_MS,
    redisUrl: read.TERCET_REDIS_URL,
    policiesDir: read.TERCET_POLICIES_DIR,
    headsDir: read.TERCET_HEADS_DIR,
    join: {
      lateWindowMs: read.TERCET_LATE_WINDOW_MS,
      dedupeWindowMs: read.TERCET_DEDUPE_WINDOW_MS,
      maxTakeItems: 250,
      maxTakeBytes: 4 * 1024 * 1024,
      maxKeptBytes: 4 * 1024 * 1024,
    },
    owner: {
      lookupWindowMs: read.TERCET_LOOKUP_WINDOW_MS,
      dedupeWindowMs: read.TERCET_DEDUPE_WINDOW_MS,
      maxOpenBytes: read.TERCET_MAX_OPEN_BYTES,
      maxPutRecords: 200,
      maxPutBytes: 1024 * 1024,
      // Below the broker's default message.max.bytes: one transaction's records may travel as one batch.
      maxTransactionBytes: 700 * 1024,
      transactionTimeoutMs: read.TERCET_TRANSACTION_TIMEOUT_MS,
      concurrentTransactions: read.TERCET_CONCURRENT_TRANSACTIONS,
      turnPatienceMs: 250,
      commitIntervalMs: 1_000,
      checkpointIntervalMs: 5_000,
      overloadTickMs: 50,
      minBackoffMs: 50,
      maxBackoffMs: 1_000,
    },
    maxClockSkewMs: read.TERCET_MAX_CLOCK_SKEW_MS,
  };
}

/** Limits of a partition's owner. */
export type OwnerSettings = FusionConfig['owner'];

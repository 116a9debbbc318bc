import { type Env, readEnv, readKafkaSecurity, settings } from '@tercet/kit';
import { z } from 'zod';
import { readAccessConfig } from './access/config.js';
import { readAuditConfig } from './audit/config.js';
import { readDatabaseConfig } from './database/config.js';
import { readStatementSettings } from './statements/config.js';

const share = z.coerce.number().min(0).max(100).default(0);

const shape = {
  TERCET_KAFKA_BROKERS: settings.kafkaBrokers,
  TERCET_TOPIC_PREFIX: settings.topicPrefix,
  TERCET_SESSION_TIMEOUT_MS: settings.sessionTimeoutMs,
  TERCET_CONTENT_STORE: settings.contentStore,
  TERCET_TEXT_MODEL: settings.host.default('text'),
  TERCET_HEADS_DIR: z.string().min(1).default('models/heads'),
  TERCET_DERIVERS: settings.hostList,
  TERCET_DASHBOARD_HOST: settings.host,
  TERCET_DASHBOARD_PORT: settings.port(8080),
  TERCET_DASHBOARD_QUEUES: z.string().min(1).optional(),
  TERCET_LEASE_SECONDS: settings.positive(600),
  TERCET_UNDO_SECONDS: settings.positive(600),
  TERCET_REPORTS_TO_OPEN_CASE: settings.nonNegative(3),
  TERCET_SECOND_OPINION_PERCENT: share,
  TERCET_GOLDEN_EVERY: settings.nonNegative(20),
  TERCET_MAX_CONTENT_BYTES: settings.positive(32 * 1024 * 1024),
  TERCET_MAX_STREAM_SECONDS: settings.positive(900),
  TERCET_MAX_EXPLAINED_WORDS: settings.positive(120),
  TERCET_DASHBOARD_KEEP_DAYS: settings.positive(90),
  TERCET_TRACE_URL: z.string().includes('{trace}').optional(),
};

export type DashboardConfig = ReturnType<typeof readConfig>;

/** @throws ConfigError naming the variable that is missing or wrong. */
export function readConfig(env: Env) {
  const read = readEnv(shape, env);
  return {
    bus: {
      brokers: read.TERCET_KAFKA_BROKERS,
      security: readKafkaSecurity(env),
      clientId: 'dashboard',
      prefix: read.TERCET_TOPIC_PREFIX,
      requestTimeoutMs: 30_000,
      connectionTimeoutMs: 5_000,
      watchdogMs: 60_000,
    },
    sessionTimeoutMs: read.TERCET_SESSION_TIMEOUT_MS,
    contentStore: read.TERCET_CONTENT_STORE,
    scoring: { headsDir: read.TERCET_HEADS_DIR, textModel: read.TERCET_TEXT_MODEL },
    derivers: read.TERCET_DERIVERS,
    database: readDatabaseConfig(env),
    host: read.TERCET_DASHBOARD_HOST,
    port: read.TERCET_DASHBOARD_PORT,
    queuesFile: read.TERCET_DASHBOARD_QUEUES,
    openAfterReports: read.TERCET_REPORTS_TO_OPEN_CASE,
    rules: {
      leaseSeconds: read.TERCET_LEASE_SECONDS,
      undoMs: read.TERCET_UNDO_SECONDS * 1_000,
      goldenEvery: read.TERCET_GOLDEN_EVERY,
      secondOpinionShare: read.TERCET_SECOND_OPINION_PERCENT / 100,
    },
    maxContentBytes: read.TERCET_MAX_CONTENT_BYTES,
    maxStreamMs: read.TERCET_MAX_STREAM_SECONDS * 1_000,
    maxExplainedWords: read.TERCET_MAX_EXPLAINED_WORDS,
    keepDays: read.TERCET_DASHBOARD_KEEP_DAYS,
    traceUrl: read.TERCET_TRACE_URL ?? null,
    access: readAccessConfig(env),
    audit: readAuditConfig(env),
    statements: readStatementSettings(env),
  };
}

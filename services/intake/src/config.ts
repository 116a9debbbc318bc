import { findModality, isDerivedSuffix } from '@tercet/contracts';
import { DEFAULT_LIMITS } from '@tercet/items';
import { type Env, readEnv, readKafkaSecurity, settings } from '@tercet/kit';
import { z } from 'zod';
import type { PinSettings } from './load-pins.js';
import type { Deriver } from './plan-item.js';

/** `image:ocr,audio:speech`: which derivers the deployment runs, by what they read and what their parts are called. */
const derivers = z
  .string()
  .default('')
  .transform((list, context): Deriver[] => {
    const named = list.split(',').map((one) => one.trim());
    return named
      .filter((one) => one !== '')
      .map((one) => {
        const [source = '', suffix = '', ...rest] = one.split(':');
        if (!findModality(source) || !isDerivedSuffix(suffix) || rest.length > 0)
          context.addIssue({ code: 'custom', message: `${one} is not <modality>:<suffix>` });
        return { source, suffix };
      });
  })
  .refine((list) => new Set(list.map(({ source, suffix }) => `${source}:${suffix}`)).size === list.length, {
    message: 'names one deriver twice',
  });

const pinShape = {
  TERCET_POLICIES_DIR: z.string().min(1).default('policies'),
  TERCET_HEADS_DIR: z.string().min(1).default('models/heads'),
  TERCET_DEFAULT_POLICY: z.string().min(1).default('default'),
  TERCET_HEAD_SET: z.string().min(1).default('default'),
  TERCET_DERIVERS: derivers,
  TERCET_DEFAULT_WINDOW_MS: settings.milliseconds(10_000),
};

const shape = {
  TERCET_KAFKA_BROKERS: settings.kafkaBrokers,
  TERCET_TOPIC_PREFIX: settings.topicPrefix,
  TERCET_SESSION_TIMEOUT_MS: settings.sessionTimeoutMs,
  TERCET_CONTENT_STORE: settings.contentStore,
  TERCET_MAX_WINDOW_MS: settings.milliseconds(DEFAULT_LIMITS.maxWindowMs),
  TERCET_MAX_PARTS: settings.positive(DEFAULT_LIMITS.maxParts),
  TERCET_MAX_PART_BYTES: settings.positive(DEFAULT_LIMITS.maxPartBytes),
  TERCET_MAX_TEXT_BYTES: settings.positive(DEFAULT_LIMITS.maxTextBytes),
  TERCET_MAX_CONCURRENT_STORES: settings.positive(8),
  TERCET_MAX_CHUNK_RECORDS: settings.positive(200),
};

export type IntakeConfig = ReturnType<typeof readConfig>;

/** What pins are chosen from. @throws ConfigError naming the variable that is wrong. */
export function readPinSettings(env: Env): PinSettings {
  const read = readEnv(pinShape, env);
  return {
    policiesDir: read.TERCET_POLICIES_DIR,
    headsDir: read.TERCET_HEADS_DIR,
    defaultPolicy: read.TERCET_DEFAULT_POLICY,
    headSet: read.TERCET_HEAD_SET,
    derivers: read.TERCET_DERIVERS,
    defaultWindowMs: read.TERCET_DEFAULT_WINDOW_MS,
  };
}

/** @throws ConfigError naming the variable that is missing or wrong. */
export function readConfig(env: Env) {
  const read = readEnv(shape, env);
  return {
    bus: {
      brokers: read.TERCET_KAFKA_BROKERS,
      security: readKafkaSecurity(env),
      clientId: 'intake',
      prefix: read.TERCET_TOPIC_PREFIX,
      requestTimeoutMs: 30_000,
      connectionTimeoutMs: 5_000,
      watchdogMs: 60_000,
    },
    sessionTimeoutMs: read.TERCET_SESSION_TIMEOUT_MS,
    contentStore: read.TERCET_CONTENT_STORE,
    ...readPinSettings(env),
    limits: {
      maxParts: read.TERCET_MAX_PARTS,
      maxPartBytes: read.TERCET_MAX_PART_BYTES,
      maxTextBytes: read.TERCET_MAX_TEXT_BYTES,
      maxWindowMs: read.TERCET_MAX_WINDOW_MS,
    },
    maxConcurrentStores: read.TERCET_MAX_CONCURRENT_STORES,
    maxChunkRecords: read.TERCET_MAX_CHUNK_RECORDS,
  };
}

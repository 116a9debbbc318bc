import { type Env, type KafkaSecurity, readEnv, readKafkaSecurity, settings } from '@tercet/kit';
import { defaultCacheDir } from '@tercet/models';
import { z } from 'zod';
import type { InferenceClientOptions } from './inference/inference-client.js';
import { type AnyDefinition, serviceName } from './inference/load-modality.js';
import type { Derives } from './modality.js';

const MIB = 1024 * 1024;

const shape = {
  TERCET_KAFKA_BROKERS: settings.kafkaBrokers,
  TERCET_TOPIC_PREFIX: settings.topicPrefix,
  TERCET_SESSION_TIMEOUT_MS: settings.sessionTimeoutMs,
  TERCET_WATCHDOG_MS: settings.milliseconds(60_000),
  TERCET_CONTENT_STORE: settings.contentStore,
  TERCET_FETCH_ALLOW: settings.hostList,
  TERCET_FETCH_TIMEOUT_MS: settings.milliseconds(10_000),
  TERCET_MAX_CONCURRENT_FETCHES: settings.positive(16),
  TERCET_MAX_FETCH_BYTES: settings.positive(20 * MIB),
  TERCET_MAX_IN_FLIGHT_PARTS: settings.positive(256),
  TERCET_MAX_IN_FLIGHT_BYTES: settings.positive(8 * MIB),
  TERCET_COMMIT_INTERVAL_MS: settings.milliseconds(200),
  TERCET_RETRY_INITIAL_MS: settings.milliseconds(100),
  TERCET_RETRY_MAX_MS: settings.milliseconds(5000),
  TERCET_DRAIN_TIMEOUT_MS: settings.milliseconds(20_000),
  TERCET_MODEL_CACHE: z.string().default(defaultCacheDir()),
  TERCET_MODEL_LOCK: z.string().optional(),
  TERCET_EXECUTION_PROVIDER: z.enum(['cpu', 'cuda']).default('cpu'),
  TERCET_INTRA_OP_THREADS: settings.positive(1),
  TERCET_MAX_PREPARING_PARTS: settings.positive(2),
  TERCET_PREPARE_TIMEOUT_MS: settings.milliseconds(20_000),
  TERCET_INFERENCE_START_TIMEOUT_MS: settings.milliseconds(60_000),
  TERCET_INFERENCE_SILENCE_TIMEOUT_MS: settings.milliseconds(20_000),
};

export interface EncoderConfig {
  readonly modality: string;
  /** Set for a deriver. */
  readonly derives: Derives | undefined;
  readonly bus: {
    readonly brokers: readonly string[];
    readonly security?: KafkaSecurity;
    readonly prefix: string;
    readonly clientId: string;
    readonly requestTimeoutMs: number;
    readonly connectionTimeoutMs: number;
    readonly watchdogMs: number;
  };
  readonly sessionTimeoutMs: number;
  readonly contentStore: string;
  readonly fetch: {
    readonly allow: readonly string[];
    readonly timeoutMs: number;
    readonly maxBytes: number;
    readonly maxConcurrent: number;
  };
  readonly inFlight: { readonly maxParts: number; readonly maxBytes: number };
  readonly commitIntervalMs: number;
  readonly backoff: { readonly initialMs: number; readonly maxMs: number };
  /** After so long a drain leaves what is under way to the next owner. */
  readonly giveUpAfterMs: number;
  readonly inference: InferenceClientOptions;
}

/**
 * Reads an encoder's configuration: what all encoders share, and the modality's own settings.
 * @throws ConfigError naming the variable that is missing or wrong.
 */
export function readEncoderConfig(moduleUrl: string, definition: AnyDefinition, env: Env): EncoderConfig {
  const read = readEnv(
    {
      ...shape,
      TERCET_MAX_BATCH_COST: settings.positive(definition.batch.maxCost),
      TERCET_MAX_BATCH_PARTS: settings.positive(definition.batch.maxParts),
      TERCET_RUN_TIMEOUT_MS: settings.milliseconds(definition.runTimeoutMs ?? 60_000),
    },
    env,
  );
  const lock = read.TERCET_MODEL_LOCK === undefined ? {} : { lockPath: read.TERCET_MODEL_LOCK };
  return {
    modality: definition.name,
    derives: definition.derives,
    bus: {
      brokers: read.TERCET_KAFKA_BROKERS,
      security: readKafkaSecurity(env),
      prefix: read.TERCET_TOPIC_PREFIX,
      clientId: serviceName(definition),
      requestTimeoutMs: 30_000,
      connectionTimeoutMs: 5000,
      watchdogMs: read.TERCET_WATCHDOG_MS,
    },
    sessionTimeoutMs: read.TERCET_SESSION_TIMEOUT_MS,
    contentStore: read.TERCET_CONTENT_STORE,
    fetch: {
      allow: read.TERCET_FETCH_ALLOW,
      timeoutMs: read.TERCET_FETCH_TIMEOUT_MS,
      maxBytes: read.TERCET_MAX_FETCH_BYTES,
      maxConcurrent: read.TERCET_MAX_CONCURRENT_FETCHES,
    },
    inFlight: { maxParts: read.TERCET_MAX_IN_FLIGHT_PARTS, maxBytes: read.TERCET_MAX_IN_FLIGHT_BYTES },
    commitIntervalMs: read.TERCET_COMMIT_INTERVAL_MS,
    backoff: { initialMs: read.TERCET_RETRY_INITIAL_MS, maxMs: read.TERCET_RETRY_MAX_MS },
    giveUpAfterMs: read.TERCET_DRAIN_TIMEOUT_MS / 2,
    inference: {
      settings: {
        moduleUrl,
        modalitySettings: JSON.stringify(definition.readSettings(env)),
        modelFiles: { cacheDir: read.TERCET_MODEL_CACHE, ...lock },
        executionProvider: read.TERCET_EXECUTION_PROVIDER,
        intraOpThreads: read.TERCET_INTRA_OP_THREADS,
        batch: { maxCost: read.TERCET_MAX_BATCH_COST, maxParts: read.TERCET_MAX_BATCH_PARTS },
        maxPreparing: read.TERCET_MAX_PREPARING_PARTS,
        prepareTimeoutMs: read.TERCET_PREPARE_TIMEOUT_MS,
        runTimeoutMs: read.TERCET_RUN_TIMEOUT_MS,
      },
      startTimeoutMs: read.TERCET_INFERENCE_START_TIMEOUT_MS,
      silenceTimeoutMs: read.TERCET_INFERENCE_SILENCE_TIMEOUT_MS,
      restartInitialMs: 50,
      restartMaxMs: 10_000,
      maxFailedStarts: 8,
    },
  };
}

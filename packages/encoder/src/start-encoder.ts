import { type Bus, createBus, silenceOf } from '@tercet/bus';
import { findModality, type ModelRef } from '@tercet/contracts';
import {
  BugError,
  createContentStore,
  createFetcher,
  type RunningService,
  type ServiceContext,
} from '@tercet/kit';
import type { EncoderConfig } from './config.js';
import { encodePart } from './consume/encode-part.js';
import { createLimit } from './consume/limit.js';
import { PartConsumer } from './consume/part-consumer.js';
import { Publisher } from './consume/publisher.js';
import { createEvents } from './events.js';
import { InferenceClient } from './inference/inference-client.js';

const MAX_WAIT_MS = 100;
const MAX_BYTES_PER_PARTITION = 256 * 1024;

/** A running encoder; `inferencePid` is for tests that kill the inference process. */
export interface RunningEncoder extends RunningService {
  readonly inferencePid: number | undefined;
}

/** Wires an encoder: inference process, content, producer and consumer group. Resolves when the model is warm. */
export async function startEncoder(
  config: EncoderConfig,
  service: ServiceContext,
  openBus: () => Bus = () => createBus(config.bus, service.logger),
): Promise<RunningEncoder> {
  const { name, logger, readiness, signal } = service;
  const row = findModality(config.modality);
  if (!row) throw new BugError(`${config.modality} is no row of the modality table`);
  readiness.require('model');
  readiness.require('group');

  const events = createEvents(config.modality, logger);
  let running = { encoderDigest: '', models: [] as readonly ModelRef[] };
  const inference = new InferenceClient(config.inference, {
    onReady: (ready) => {
      running = ready;
      readiness.set('model', true);
      events.modelReady(ready);
    },
    onDeath: (cause, open) => {
      readiness.set('model', false);
      events.childDied(cause, open);
    },
    onBeat: (rssBytes, waiting) => {
      events.childBeat(rssBytes);
      events.queued('inference', waiting);
    },
    onBatch: events.batchRan,
    onBroken: events.modalityBroke,
  });
  const giveUp = new AbortController();
  const bus = openBus();
  const publisher = new Publisher(bus, {
    ...config.backoff,
    signal: giveUp.signal,
    onRetry: (error) => events.retried('publish', error as never),
  });
  const store = createContentStore(config.contentStore);
  const deps = {
    modality: config.modality,
    derives: config.derives,
    service: name,
    store,
    fetcher: createFetcher({
      allow: config.fetch.allow,
      maxBytes: config.fetch.maxBytes,
      timeoutMs: config.fetch.timeoutMs,
      store,
    }),
    inference,
    publisher,
    encoderDigest: () => running.encoderDigest,
    models: () => running.models,
    events,
    backoff: config.backoff,
    limitFetches: createLimit(config.fetch.maxConcurrent),
  };
  const consumer = new PartConsumer({
    bus,
    groupId: name,
    topic: row.topic,
    encode: (read, partSignal) => encodePart(read, deps, partSignal),
    events,
    limits: config.inFlight,
    sessionTimeoutMs: config.sessionTimeoutMs,
    maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    maxWaitMs: MAX_WAIT_MS,
    commitIntervalMs: config.commitIntervalMs,
    onJoined: () => readiness.set('group', true),
  });
  const stop = async (): Promise<void> => {
    const late = setTimeout(() => giveUp.abort(), config.giveUpAfterMs);
    await consumer.drain(giveUp.signal);
    clearTimeout(late);
    await publisher[Symbol.asyncDispose]();
    await inference[Symbol.asyncDispose]();
    await bus[Symbol.asyncDispose]();
  };
  try {
    await inference.start();
    if (!signal.aborted) await consumer.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    finished: Promise.race([consumer.finished, inference.finished]),
    get inferencePid() {
      return inference.pid;
    },
    stuck: () => {
      const vitals = consumer.vitals;
      return vitals && silenceOf(vitals, config.bus.watchdogMs);
    },
    [Symbol.asyncDispose]: stop,
  };
}

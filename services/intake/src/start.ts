import { createBus, silenceOf } from '@tercet/bus';
import { TOPIC } from '@tercet/contracts';
import { asTercetError, createContentStore, type RunningService, type ServiceContext } from '@tercet/kit';
import type { IntakeConfig } from './config.js';
import { createEvents } from './events.js';
import { loadPins } from './load-pins.js';
import { processChunk } from './process-chunk.js';
import { Publisher } from './publisher.js';

const MAX_WAIT_MS = 100;
const MAX_BYTES_PER_PARTITION = 1024 * 1024;

/** Wires intake: policies, content store, producer, and one consumer group on `items` and `reviews`. */
export async function start(config: IntakeConfig, service: ServiceContext): Promise<RunningService> {
  const { logger, readiness } = service;
  readiness.require('policies');
  readiness.require('consumer');
  const findPins = await loadPins(config);
  readiness.set('policies', true);

  const bus = createBus(config.bus, logger);
  const events = createEvents(logger);
  const publisher = new Publisher(bus);
  let fail: (error: Error) => void = () => undefined;
  const fatal = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const deps = {
    publisher,
    store: createContentStore(config.contentStore),
    events,
    limits: config.limits,
    findPins,
    maxConcurrentStores: config.maxConcurrentStores,
    maxRecords: config.maxChunkRecords,
  };
  const consumer = await bus.consume({
    groupId: 'intake',
    topics: [TOPIC.items, TOPIC.reviews],
    onChunk: async (chunk) => {
      try {
        await processChunk(chunk, deps);
      } catch (error) {
        const known = asTercetError(error);
        events.chunkFailed(chunk.topic, chunk.partition, known);
        if (known.kind === 'Bug') fail(known);
        throw known;
      }
    },
    onAssigned: async () => readiness.set('consumer', true),
    sessionTimeoutMs: config.sessionTimeoutMs,
    maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    maxWaitMs: MAX_WAIT_MS,
  });
  return {
    finished: Promise.race([consumer.finished, fatal]),
    stuck: () => silenceOf(consumer.vitals(), config.bus.watchdogMs),
    async [Symbol.asyncDispose]() {
      await consumer[Symbol.asyncDispose]();
      await publisher[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}

import { setFlagsFromString } from 'node:v8';
import { createBus, silenceOf } from '@tercet/bus';
import { RedisJoinStore } from '@tercet/join-state';
import {
  asTercetError,
  getTracer,
  HEAP_GROWTH,
  NO_PRETENURING,
  type RunningService,
  retry,
  type ServiceContext,
} from '@tercet/kit';
import { warnOfMemory } from './check-redis.js';
import type { FusionConfig } from './config.js';
import { createEvents } from './events.js';
import { openFusion } from './open-fusion.js';
import { loadShelf } from './policy-shelf.js';
import { checkEviction, createRedis } from './redis-client.js';
import { warmUp } from './warm-up.js';

/** Wires fusion: policies and heads, Redis, and the join on Kafka. */
export async function start(config: FusionConfig, service: ServiceContext): Promise<RunningService> {
  for (const flag of [HEAP_GROWTH, NO_PRETENURING]) setFlagsFromString(flag);
  const { logger, readiness, signal } = service;
  for (const condition of ['policies', 'redis', 'group']) readiness.require(condition);
  const shelf = await loadShelf(config.policiesDir, config.headsDir);
  warmUp(shelf, shelf.pins);
  readiness.set('policies', true);

  const redis = createRedis(config.redisUrl);
  redis.on('error', (error: Error) => logger.debug('redis', { error }));
  redis.on('close', () => readiness.set('redis', false));
  redis.on('ready', () => readiness.set('redis', true));
  redis.connect().catch((error: unknown) => logger.warn('redis not there', { error: asTercetError(error) }));
  await retry(() => checkEviction(redis), { initialMs: 50, maxMs: 500, signal });
  await warnOfMemory(redis, config.owner.maxOpenBytes, logger);

  const bus = createBus(config.bus, logger);
  const { prefix } = config.bus;
  const fusion = await openFusion(
    {
      bus,
      shelf,
      store: new RedisJoinStore(redis, prefix, config.join),
      events: createEvents(logger),
      tracer: getTracer('fusion'),
      onAssigned: () => readiness.set('group', true),
    },
    config,
  );
  return {
    finished: fusion.finished,
    stuck: () => silenceOf(fusion.consumer.vitals(), config.bus.watchdogMs),
    async [Symbol.asyncDispose]() {
      await fusion[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
      redis.disconnect();
    },
  };
}

import { TOPIC, topicTable } from '@tercet/contracts';
import type { Logger } from '@tercet/kit';
import type { Redis } from 'ioredis';

// What is under construction after a loss takes as much again as one partition's own, and memory is never used whole.
const ROOM = 1.5;

/**
 * What is wrong with a Redis's memory for the join, by its own `INFO memory`: no limit, or one below what the open items
 * of all partitions may take with room for rebuilding. undefined where nothing is. Items that are remembered for lookups
 * come on top (docs/kubernetes/redis.md).
 */
export function memoryWarning(info: string, maxOpenBytesPerPartition: number): string | undefined {
  const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? Number.NaN);
  if (Number.isNaN(limit)) return undefined;
  if (limit === 0) return 'maxmemory is 0: Redis grows until the machine ends it';
  const partitions = topicTable().find(({ name }) => name === TOPIC.embeddings)?.partitions ?? 0;
  const wanted = Math.ceil(maxOpenBytesPerPartition * partitions * ROOM);
  return limit < wanted
    ? `maxmemory is ${limit} bytes, and open items alone may ask for ${wanted}`
    : undefined;
}

/** Logs {@link memoryWarning} once; a Redis that does not say is not asked again. */
export async function warnOfMemory(
  redis: Redis,
  maxOpenBytesPerPartition: number,
  logger: Logger,
): Promise<void> {
  const info = await redis.info('memory').catch(() => '');
  const warning = memoryWarning(info, maxOpenBytesPerPartition);
  if (warning !== undefined) logger.warn('redis is small for the join', { detail: warning });
}

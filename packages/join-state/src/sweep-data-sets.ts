import { UnavailableError } from '@tercet/kit';
import type { Redis } from 'ioredis';
import { partitionTag } from './join-keys.js';

/** Unlinks every key of a partition that belongs to neither its meta nor the data set `keep`. Answers how many. */
export async function sweepDataSets(
  redis: Redis,
  prefix: string,
  partition: number,
  keep: string,
): Promise<number> {
  const tag = partitionTag(prefix, partition);
  const kept = `${tag}:${keep}:`;
  let cursor = '0';
  let removed = 0;
  try {
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', `${tag}:*`, 'COUNT', 500);
      cursor = next;
      const old = keys.filter((key) => !key.startsWith(kept) && key !== `${tag}:meta`);
      if (old.length > 0) removed += await redis.unlink(...old);
    } while (cursor !== '0');
    return removed;
  } catch (error) {
    throw new UnavailableError('redis_unavailable', 'sweep', { cause: error });
  }
}

import { ConfigError, UnavailableError } from '@tercet/kit';
import { Redis } from 'ioredis';

/** A client whose calls fail soon and are never sent twice. Connects in the background and for ever. */
export function createRedis(url: string): Redis {
  return new Redis(url, {
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 5_000,
    connectTimeout: 2_000,
    lazyConnect: true,
    retryStrategy: (attempt) => Math.min(500, 25 * 2 ** Math.min(attempt, 5)),
  });
}

/** @throws ConfigError unless Redis keeps everything it is given (`maxmemory-policy noeviction`). */
export async function checkEviction(redis: Redis): Promise<void> {
  let info: string;
  try {
    info = await redis.info('memory');
  } catch (error) {
    throw new UnavailableError('redis_unavailable', 'INFO memory', { cause: error });
  }
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
  if (policy !== undefined && policy !== 'noeviction')
    throw new ConfigError(`Redis evicts (maxmemory-policy ${policy}); the join needs noeviction`);
}

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { UnavailableError } from '@tercet/kit';
import type { Redis } from 'ioredis';

const folder = new URL('../redis-functions/', import.meta.url);
const template = readdirSync(folder)
  .filter((name) => name.endsWith('.lua'))
  .sort()
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n');

/** First 8 hex digits of the library's sha256: part of every name, so that two builds can serve side by side. */
export const JOIN_LIBRARY_VERSION = createHash('sha256').update(template).digest('hex').slice(0, 8);

/** The library as FUNCTION LOAD takes it. */
export const JOIN_LIBRARY = `#!lua name=tercet_join_${JOIN_LIBRARY_VERSION}\n${template.replaceAll('@VERSION@', JOIN_LIBRARY_VERSION)}`;

export type JoinFunction = 'claim' | 'build' | 'adopt' | 'put' | 'take' | 'mark' | 'sweep' | 'lookup';

/** Loads the library; safe to repeat. */
export async function loadJoinLibrary(redis: Redis): Promise<void> {
  try {
    await redis.call('FUNCTION', 'LOAD', 'REPLACE', JOIN_LIBRARY);
  } catch (error) {
    throw redisUnavailable(error);
  }
}

/**
 * Calls a Function of this build's library, loading it where the server does not have it (a server that lost its
 * data lost its Functions too). Bulk strings are answered as Buffers.
 * @throws UnavailableError `overloaded` where Redis refuses for want of memory, else `redis_unavailable`.
 */
export async function callJoin(
  redis: Redis,
  name: Exclude<JoinFunction, 'lookup'>,
  keys: readonly string[],
  args: readonly (string | Buffer)[],
): Promise<unknown> {
  return withLibrary(redis, () => redis.callBuffer('FCALL', functionArguments(name, keys, args)));
}

/**
 * Calls `lookup` for several partitions in one flight: for each its meta key and the item keys. Answers in their order;
 * loads the library as {@link callJoin} does.
 * @throws UnavailableError `redis_unavailable` where any of them failed.
 */
export async function callLookups(
  redis: Redis,
  calls: readonly { readonly metaKey: string; readonly itemKeys: readonly string[] }[],
): Promise<unknown[]> {
  return withLibrary(redis, async () => {
    const pipeline = redis.pipeline();
    for (const { metaKey, itemKeys } of calls)
      pipeline.callBuffer('FCALL_RO', functionArguments('lookup', [metaKey], itemKeys));
    const replies = (await pipeline.exec()) ?? [];
    return replies.map(([error, reply]) => {
      if (error) throw error;
      return reply;
    });
  });
}

function functionArguments(
  name: JoinFunction,
  keys: readonly string[],
  args: readonly (string | Buffer)[],
): (string | Buffer)[] {
  return [`tercet_join_${name}_${JOIN_LIBRARY_VERSION}`, String(keys.length), ...keys, ...args];
}

async function withLibrary<T>(redis: Redis, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isMissingFunction(error)) throw redisUnavailable(error);
  }
  await loadJoinLibrary(redis);
  try {
    return await call();
  } catch (error) {
    throw redisUnavailable(error);
  }
}

function isMissingFunction(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Function not found');
}

function redisUnavailable(error: unknown): UnavailableError {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('OOM')) return new UnavailableError('overloaded', 'Redis is at its memory limit');
  return new UnavailableError('redis_unavailable', message.slice(0, 200), { cause: error });
}

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

export type JoinFunction =
  | 'claim'
  | 'build'
  | 'adopt'
  | 'put'
  | 'ahead'
  | 'take'
  | 'mark'
  | 'sweep'
  | 'lookup';

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

/** What `lookup` is asked about one partition. */
export interface LookupGroup {
  readonly metaKey: string;
  readonly calls: readonly { readonly itemKey: string }[];
}

/** Clients of a Redis in cluster mode, where one command may name one partition's keys only. */
const clustered = new WeakSet<Redis>();

/**
 * Calls `lookup` for several partitions, by one command where Redis allows it, and answers its list; loads the library as
 * {@link callJoin} does.
 * @throws UnavailableError `redis_unavailable`.
 */
export async function callLookup(redis: Redis, groups: readonly LookupGroup[]): Promise<Buffer[]> {
  if (!clustered.has(redis)) {
    try {
      return await lookupTogether(redis, groups);
    } catch (error) {
      if (!(error as Error).message.includes('CROSSSLOT')) throw error;
      clustered.add(redis);
    }
  }
  return (await Promise.all(groups.map((group) => lookupTogether(redis, [group])))).flat();
}

async function lookupTogether(redis: Redis, groups: readonly LookupGroup[]): Promise<Buffer[]> {
  const keys = groups.map(({ metaKey }) => metaKey);
  const args: string[] = [];
  for (const { calls } of groups) {
    args.push(String(calls.length));
    for (const { itemKey } of calls) args.push(itemKey);
  }
  const reply = await withLibrary(redis, () =>
    redis.callBuffer('FCALL_RO', functionArguments('lookup', keys, args)),
  );
  return reply as Buffer[];
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

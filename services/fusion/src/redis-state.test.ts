import { partitionOf } from '@tercet/contracts';
import {
  createLookup,
  JOIN_LIBRARY,
  JOIN_LIBRARY_VERSION,
  loadJoinLibrary,
  type PutRecord,
  RedisJoinStore,
} from '@tercet/join-state';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkEviction } from './redis-client.js';
import { JOIN_SETTINGS, waitFor } from './simulation/join-fixture.js';
import { RedisProcess } from './simulation/redis-process.js';

let server: RedisProcess;
let redis: Redis;
beforeAll(async () => {
  server = await RedisProcess.start();
  redis = server.client();
  await waitFor('redis', () => redis.status === 'ready');
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await redis.flushall();
});

const PREFIX = 'eu.prod-';
const store = () => new RedisJoinStore(redis, PREFIX, JOIN_SETTINGS);
const opened = (itemKey: string, offset: bigint, payload = 'manifest'): PutRecord => ({
  kind: 'opened',
  itemKey,
  version: 1n,
  offset,
  timeMs: 1_000,
  payload: Buffer.from(payload),
  partIds: ['a'],
  deadlineMs: 2_000,
});
const decided = (itemKey: string) => ({
  itemKey,
  version: 1n,
  revision: 1,
  status: 'decided' as const,
  human: false,
  complete: true,
  appliedOffset: 0n,
  inOffset: undefined,
  openedOffset: undefined,
  tombstoneTtlMs: 60_000,
  lookupTtlMs: 60_000,
  decision: Buffer.from('decision'),
});

it('a lookup tells unknown from not known yet', async () => {
  const { lookup } = createLookup(redis, { prefix: PREFIX, partitions: 1 });
  expect(await lookup('t/1')).toMatchObject({ state: 'rebuilding' });
  const hold = await store().rebuild(0, -1n, undefined);
  await hold.mark([decided('t/3')]);
  await hold.adopt(1n);
  expect(await lookup('t/1')).toMatchObject({ state: 'rebuilding', asOfOffset: -1n });
  await hold.put([opened('t/2', 0n)], 1n);
  const answers = await Promise.all(['t/1', 't/2', 't/3'].map(lookup));
  expect(answers.map(({ state, version, revision }) => [state, version, revision])).toEqual([
    ['unknown', 0n, 0],
    ['pending', 1n, 0],
    ['decided', 1n, 1],
  ]);
  expect(Buffer.from(answers[2]?.decision ?? []).toString()).toBe('decision');
  expect(answers[0]?.asOfOffset).toBe(1n);
});

describe('lookups of several partitions', () => {
  const PARTITIONS = 3;
  const keys = Array.from({ length: 12 }, (_, n) => `t/${n}`);
  const partitionOfKey = (key: string) => partitionOf(key, PARTITIONS);

  /** Every second item is decided, the others are pending, and the last partition has no state. */
  async function filled(redis: Redis): Promise<void> {
    for (const partition of [0, 1]) {
      const hold = await new RedisJoinStore(redis, PREFIX, JOIN_SETTINGS).rebuild(partition, -1n, undefined);
      const mine = keys.filter((key) => partitionOfKey(key) === partition);
      await hold.mark(mine.filter((key) => keys.indexOf(key) % 2 === 0).map(decided));
      await hold.adopt(-1n);
      await hold.put(
        mine.filter((key) => keys.indexOf(key) % 2 === 1).map((key, n) => opened(key, BigInt(n))),
        9n,
      );
    }
  }

  const expected = keys.map((key, n) =>
    partitionOfKey(key) === 2 ? 'rebuilding' : n % 2 === 0 ? 'decided' : 'pending',
  );
  const answered = async (redis: Redis) => {
    const { lookup } = createLookup(redis, { prefix: PREFIX, partitions: PARTITIONS });
    return (await Promise.all(keys.map(lookup))).map(({ state }) => state);
  };
  const calls = async (redis: Redis) =>
    Number(/cmdstat_fcall_ro:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);

  it('go to Redis as one command', async () => {
    expect(new Set(expected)).toEqual(new Set(['decided', 'pending', 'rebuilding']));
    await filled(redis);
    const before = await calls(redis);
    expect(await answered(redis)).toEqual(expected);
    expect((await calls(redis)) - before).toBe(1);
  });

  it('go as one per partition where Redis is in cluster mode', async () => {
    await using cluster = await RedisProcess.start('--cluster-enabled', 'yes');
    const client = cluster.client();
    await waitFor('redis', () => client.status === 'ready');
    await client.cluster('ADDSLOTSRANGE', 0, 16_383);
    await waitFor('slots', async () => (await client.cluster('INFO')).includes('cluster_state:ok'));
    await filled(client);
    expect(await answered(client)).toEqual(expected);
    const before = await calls(client);
    expect(await answered(client)).toEqual(expected);
    expect((await calls(client)) - before).toBe(PARTITIONS);
    client.disconnect();
  });
});

it('a new data set replaces the old one, whose keys are then swept', async () => {
  const first = await store().rebuild(0, -1n, undefined);
  await first.adopt(-1n);
  await first.put([opened('t/1', 0n), opened('t/2', 1n)], 1n);
  const second = await store().rebuild(0, -1n, first.position.dataSet);
  await second.mark([decided('t/9')]);
  // Until it is adopted the first one goes on.
  await first.put([opened('t/3', 2n)], 2n);
  await second.adopt(-1n);
  await expect(first.take(0)).rejects.toThrow('fenced');
  const other = await store().rebuild(1, -1n, undefined);
  await other.adopt(-1n);
  await other.put([opened('t/1', 0n)], 0n);
  let answer = await second.sweep();
  let { removed } = answer;
  while (answer.next !== undefined) {
    answer = await second.sweep(answer.next);
    removed += answer.removed;
  }
  expect(removed).toBeGreaterThanOrEqual(5);
  const left = [`meta`, `${second.position.dataSet}:d:t/9`, `${second.position.dataSet}:t:t/9`];
  expect((await redis.keys(`{${PREFIX}f:0}*`)).sort()).toEqual(
    left.map((key) => `{${PREFIX}f:0}:${key}`).sort(),
  );
  expect((await other.take(5_000)).items).toHaveLength(1);
});

it('two rebuilds of one partition: only one is adopted', async () => {
  const [first, second] = await Promise.all([
    store().rebuild(0, -1n, undefined),
    store().rebuild(0, -1n, undefined),
  ]);
  await first.adopt(-1n);
  await expect(second.adopt(-1n)).rejects.toThrow('fenced');
  await first.put([opened('t/1', 0n)], 0n);
});

it('an absent item is unknown only once the state has reached the log as it was at the claim', async () => {
  const hold = await store().rebuild(0, -1n, undefined);
  await hold.adopt(-1n);
  await hold.put([opened('t/1', 0n)], 0n);
  const { lookup } = createLookup(redis, { prefix: PREFIX, partitions: 1 });
  const state = async (itemKey: string) => (await lookup(itemKey)).state;
  expect(await state('t/2')).toBe('unknown');
  const claimed = await store().claim(0, 1n);
  expect([await state('t/1'), await state('t/2')]).toEqual(['pending', 'rebuilding']);
  await claimed?.put([opened('t/2', 1n)], 1n);
  expect([await state('t/2'), await state('t/3')]).toEqual(['pending', 'unknown']);
  await store().claim(0, 0n);
  expect(await state('t/3')).toBe('unknown');
});

it('at the memory limit only put is refused, and what frees memory is not', async () => {
  const hold = await store().rebuild(0, -1n, undefined);
  await hold.adopt(-1n);
  await hold.put([opened('t/1', 0n, 'x'.repeat(10_000))], 0n);
  const used = /used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? '0';
  await redis.config('SET', 'maxmemory', String(Number(used) - 5_000));
  try {
    await expect(hold.put([opened('t/2', 1n)], 1n)).rejects.toMatchObject({ code: 'overloaded' });
    expect((await hold.take(5_000)).items).toHaveLength(1);
    expect((await hold.mark([decided('t/1')])).bytes).toBe(0);
    const claimed = await store().claim(0, -1n);
    expect(claimed?.position.inOffset).toBe(0n);
  } finally {
    await redis.config('SET', 'maxmemory', '0');
  }
});

it('a server that lost its Functions is given them again, and another build’s stay', async () => {
  await loadJoinLibrary(redis);
  const other = JOIN_LIBRARY.replaceAll(JOIN_LIBRARY_VERSION, '01234567');
  await redis.call('FUNCTION', 'LOAD', 'REPLACE', other);
  await redis.call('FUNCTION', 'DELETE', `tercet_join_${JOIN_LIBRARY_VERSION}`);
  expect(await store().claim(0, -1n)).toBeUndefined();
  const names = JSON.stringify(await redis.call('FUNCTION', 'LIST'));
  expect(names).toContain(`tercet_join_put_${JOIN_LIBRARY_VERSION}`);
  expect(names).toContain('tercet_join_put_01234567');
});

it('a Redis that evicts is refused by name', async () => {
  await checkEviction(redis);
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await expect(checkEviction(redis)).rejects.toThrow('noeviction');
  await redis.config('SET', 'maxmemory-policy', 'noeviction');
});

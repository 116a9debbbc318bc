import { type JoinHold, LostError, metaKey, type PutRecord, RedisJoinStore } from '@tercet/join-state';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

const META = metaKey('', 0);
const store = () => new RedisJoinStore(redis, '', JOIN_SETTINGS);
const opened: PutRecord = {
  kind: 'opened',
  itemKey: 't/1',
  version: 1n,
  offset: 0n,
  timeMs: 1_000,
  payload: Buffer.from('opened'),
  partIds: ['a'],
  deadlineMs: 2_000,
};

/** Everything that an owner may ask for, but adopting, of a partition whose state is there. */
const CALLS: Record<string, (hold: JoinHold) => Promise<unknown>> = {
  put: (hold) => hold.put([opened], 0n),
  take: (hold) => hold.take(3_000),
  mark: (hold) => hold.mark([], 7n),
};

beforeEach(async () => {
  await redis.flushall();
  await (await store().rebuild(0, -1n, undefined)).adopt(-1n);
});

async function claim(): Promise<JoinHold> {
  const hold = await store().claim(0, -1n);
  if (!hold) throw new Error('no state');
  return hold;
}

const everything = async () => ({ meta: await redis.hgetall(META), keys: (await redis.keys('*')).sort() });

describe.each(Object.entries(CALLS))('%s', (_name, call) => {
  it('answers the owner', async () => {
    const seq = Number(await redis.hget(META, 'seq'));
    await call(await claim());
    expect(Number(await redis.hget(META, 'seq'))).toBe(seq + 2);
  });

  it('answers LOST to an earlier owner that knows the very sequence number, and changes nothing', async () => {
    const earlier = await claim();
    const seq = (await redis.hget(META, 'seq')) as string;
    await claim();
    await redis.hset(META, 'seq', seq);
    const before = await everything();
    await expect(call(earlier)).rejects.toThrow(LostError);
    expect(await everything()).toEqual(before);
  });

  it('answers LOST to the owner of a state that stepped back, and changes nothing', async () => {
    const owner = await claim();
    const before = await everything();
    await owner.mark([]);
    await redis.hset(META, before.meta);
    await expect(call(owner)).rejects.toThrow(LostError);
    expect(await everything()).toEqual(before);
  });

  it('answers LOST where the state is gone, and leaves nothing', async () => {
    const owner = await claim();
    await redis.flushall();
    await expect(call(owner)).rejects.toThrow(LostError);
    expect(await redis.keys('*')).toEqual([]);
  });
});

it('a rebuild is adopted only over the data set that it meant to replace', async () => {
  const first = await claim();
  const mine = await store().rebuild(0, -1n, first.position.dataSet);
  const theirs = await store().rebuild(0, -1n, first.position.dataSet);
  await theirs.adopt(-1n);
  const before = await redis.hgetall(META);
  await expect(mine.adopt(-1n)).rejects.toThrow(LostError);
  expect(await redis.hgetall(META)).toEqual(before);
});

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

describe('sweep', () => {
  it('is refused to an earlier owner, whatever data set is there now', async () => {
    const first = await store().rebuild(0, -1n, (await claim()).position.dataSet);
    await first.adopt(-1n);
    await redis.flushall();
    const second = await store().rebuild(0, -1n, undefined);
    await second.adopt(-1n);
    await second.put([opened], 0n);
    const before = await everything();
    await expect(first.sweep()).rejects.toThrow(LostError);
    expect(await everything()).toEqual(before);
  });

  it('is refused to who lost the ownership of the very data set', async () => {
    const first = await store().rebuild(0, -1n, (await claim()).position.dataSet);
    await first.adopt(-1n);
    const second = await store().rebuild(0, -1n, (await claim()).position.dataSet);
    const before = await everything();
    await expect(first.sweep()).rejects.toThrow(LostError);
    expect(await everything()).toEqual(before);
    await second.adopt(-1n);
  });

  it('is refused before the data set is adopted', async () => {
    const owner = await claim();
    await owner.put([opened], 0n);
    const hold = await store().rebuild(0, -1n, owner.position.dataSet);
    const before = await everything();
    await expect(hold.sweep()).rejects.toThrow(LostError);
    expect(await everything()).toEqual(before);
  });

  it('leaves nothing to adopt of a data set that lost a key', async () => {
    const old = (await claim()).position.dataSet;
    const theirs = await store().rebuild(0, -1n, old);
    await theirs.put([opened], 0n);
    const mine = await store().rebuild(0, -1n, old);
    await mine.adopt(-1n);
    // As if the scan had seen one key of it alone.
    const [meta] = await redis.keys('*:build');
    const body = await redis.dumpBuffer(meta as string);
    await redis.del(meta as string);
    const found = redis.scan.bind(redis);
    redis.scan = (async (...args: Parameters<Redis['scan']>) => {
      const answer = await found(...args);
      await redis.restore(meta as string, 0, body);
      return answer;
    }) as Redis['scan'];
    try {
      expect((await mine.sweep()).removed).toBeGreaterThan(1);
    } finally {
      redis.scan = found as Redis['scan'];
    }
    await expect(theirs.put([opened], 1n)).rejects.toThrow(LostError);
    expect(await redis.keys('*:build')).toEqual([]);
  });
});

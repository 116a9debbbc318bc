import { setTimeout as delay } from 'node:timers/promises';
import { DecisionCause, DecisionStatus, TOPIC } from '@tercet/contracts';
import { createLookup, type JoinHold, type JoinStore, RedisJoinStore } from '@tercet/join-state';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { JoinModel } from './join-model.js';
import { Mailbox } from './mailbox.js';
import type { Fusion } from './open-fusion.js';
import { decodeOpenLow } from './open-low.js';
import { append, decisionsOf, JOIN_SETTINGS, openOnMemory, waitFor } from './simulation/join-fixture.js';
import { joinRecord, reviewOf } from './simulation/join-records.js';
import { MemoryBus } from './simulation/memory-bus.js';
import { RedisProcess } from './simulation/redis-process.js';

let server: RedisProcess;
let redis: Redis;
let bus: MemoryBus;
let fusion: Fusion | undefined;

beforeAll(async () => {
  server = await RedisProcess.start();
  redis = server.client();
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await waitFor('redis', () => redis.status === 'ready');
  await redis.flushall();
  bus = new MemoryBus(1);
});
afterEach(async () => {
  await fusion?.[Symbol.asyncDispose]();
  fusion = undefined;
});

const store = (lateWindowMs = 0) => new RedisJoinStore(redis, '', { ...JOIN_SETTINGS, lateWindowMs });
const all = () => decisionsOf(bus, 0);
const short = () =>
  all().map(({ itemKey, version, revision, status, cause }) => ({
    id: `${itemKey} ${version}.${revision}`,
    status: DecisionStatus[status],
    cause: DecisionCause[cause],
  }));
const decidedCount = (count: number) => waitFor(`${count} decisions`, () => all().length >= count);
/** Commits of a partition wait until they are let go. */
function holdCommitsOf(partition: number): { held: number; letGo: () => void } {
  const gate: ReturnType<typeof holdCommitsOf> = { held: 0, letGo: () => undefined };
  const opened = new Promise<void>((resolve) => {
    gate.letGo = resolve;
  });
  const open = bus.transactionalProducer.bind(bus);
  bus.transactionalProducer = async (id, place) => {
    const producer = await open(id, place);
    const commit: typeof producer.commit = async (...args) => {
      if (place.partition === partition) {
        gate.held += 1;
        await opened;
      }
      return await producer.commit(...args);
    };
    return { ...producer, commit };
  };
  return gate;
}

/** Two owners of one partition who for a while both believe in their generation; then one is gone. */
async function splitBrain(
  state: JoinStore,
  fences: boolean,
): Promise<{ decisions: number; distinct: number }> {
  bus.fences = fences;
  fusion = await openOnMemory(bus, state);
  const rival = await openOnMemory(bus.splitBrain(), state);
  await waitFor('both to have worked', () => fusion?.working === 1 || rival.working === 1);
  for (let n = 0; n < 300; n += 1) {
    append(bus, 0, `t/${n}`, joinRecord.opened(`t/${n}`, 1n, ['a'], 60_000));
    append(bus, 0, `t/${n}`, joinRecord.embedded(`t/${n}`, 1n, 'a'));
    if (n % 5 === 0) await delay(5);
  }
  await rival[Symbol.asyncDispose]();
  const distinct = () => new Set(short().map(({ id }) => id)).size;
  await waitFor('all decided', () => distinct() === 300);
  append(bus, 0, 't/end', joinRecord.opened('t/end', 1n, [], 60_000));
  await waitFor('the last item', () => distinct() === 301);
  return { decisions: all().length, distinct: distinct() };
}

describe('a partition', () => {
  it('decides a complete item once, and answers lookups', async () => {
    fusion = await openOnMemory(bus, store());
    append(bus, 0, 't/1', joinRecord.opened('t/1', 1n, ['a', 'b'], 60_000));
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 1n, 'a'));
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 1n, 'a'));
    const lookup = createLookup(redis, { prefix: '', partitions: 1 });
    await waitFor('pending', async () => (await lookup.lookup('t/1')).state === 'pending');
    append(bus, 0, 't/1', joinRecord.failed('t/1', 1n, 'b'));
    await decidedCount(1);
    expect(short()).toEqual([{ id: 't/1 1.1', status: 'DECIDED', cause: 'COMPLETE' }]);
    await waitFor('decided', async () => (await lookup.lookup('t/1')).state === 'decided');
    expect(await lookup.lookup('t/2')).toMatchObject({ state: 'unknown', version: 0n });
  });

  it('takes the state from nobody where its owner was stopped while it fenced', async () => {
    const state = store();
    const claim = vi.spyOn(state, 'claim');
    const open = bus.transactionalProducer.bind(bus);
    let stopped: PromiseLike<void> | undefined;
    bus.transactionalProducer = async (...args) => {
      await waitFor('the process', () => fusion !== undefined);
      stopped = fusion?.[Symbol.asyncDispose]();
      return await open(...args);
    };
    fusion = await openOnMemory(bus, state);
    await waitFor('the stop', () => stopped !== undefined);
    await stopped;
    expect(claim).not.toHaveBeenCalled();
  });

  it('puts what comes while others have their turn all together, once its own is near', async () => {
    bus = new MemoryBus(3);
    const gate = holdCommitsOf(1);
    /** Records of each put, by partition. */
    const puts: number[][] = [[], [], []];
    // With a late window even what is complete at once is put before it is decided.
    const state = store(60_000);
    const watched = (hold: JoinHold, partition: number): JoinHold => {
      const put = hold.put.bind(hold);
      return Object.assign(hold, {
        put: (...args: Parameters<typeof put>) => {
          if (args[0].length > 0) puts[partition]?.push(args[0].length);
          return put(...args);
        },
      });
    };
    const rebuild = state.rebuild.bind(state);
    state.rebuild = async (partition, ...rest) => watched(await rebuild(partition, ...rest), partition);
    const delivered = vi.spyOn(Mailbox.prototype, 'deliver');
    fusion = await openOnMemory(bus, state, { concurrentTransactions: 1, turnPatienceMs: 60_000 });
    await waitFor('all partitions', () => fusion?.working === 3);
    const complete = (partition: number, key: string): void => {
      append(bus, partition, key, joinRecord.opened(key, 1n, [], 60_000));
    };

    complete(1, 't/holds');
    await waitFor('a turn that is held', () => gate.held === 1);
    complete(2, 't/near');
    await waitFor('the next in the queue', () => puts[2]?.length === 1);
    complete(0, 't/0');
    await waitFor('one that waits behind it', () => puts[0]?.length === 1);
    for (let n = 1; n <= 5; n += 1) {
      const before = delivered.mock.calls.length;
      complete(0, `t/${n}`);
      await waitFor('its delivery', () => delivered.mock.calls.length > before);
    }
    // The next one does not wait: what it has not put would come a whole round later.
    complete(2, 't/near/2');
    await waitFor('its second put', () => puts[2]?.length === 2);
    expect(puts[0]).toEqual([1]);
    gate.letGo();
    await waitFor('all decided', () => all().length === 6);
    expect(puts[0]).toEqual([1, 5]);
    delivered.mockRestore();
  });

  it('decides what it reads whole, or completes of what it keeps, without putting it', async () => {
    const state = store();
    const put: string[] = [];
    const rebuild = state.rebuild.bind(state);
    state.rebuild = async (...args) => {
      const hold = await rebuild(...args);
      const own = hold.put.bind(hold);
      hold.put = (records, to) => {
        put.push(...records.map(({ itemKey, kind }) => `${itemKey} ${kind}`));
        return own(records, to);
      };
      return hold;
    };
    fusion = await openOnMemory(bus, state);
    append(bus, 0, 't/1', joinRecord.opened('t/1', 1n, ['a', 'b'], 60_000));
    await waitFor('an opening that waits', () => put.length === 1);
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 1n, 'b'));
    await waitFor('its first part', () => put.length === 2);
    append(bus, 0, 't/2', joinRecord.opened('t/2', 1n, ['a'], 60_000));
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 1n, 'a'));
    append(bus, 0, 't/2', joinRecord.embedded('t/2', 1n, 'a'));
    await decidedCount(2);
    // Known from its tombstone, though it was never put; so the state is asked about what follows.
    append(bus, 0, 't/2', joinRecord.opened('t/2', 1n, ['a'], 60_000));
    append(bus, 0, 't/2', joinRecord.embedded('t/2', 1n, 'a'));
    await waitFor('what is put again', () => put.length === 4);
    append(bus, 0, 't/3', joinRecord.opened('t/3', 1n, ['a'], 60_000));
    append(bus, 0, 't/3', joinRecord.failed('t/3', 1n, 'a'));
    await decidedCount(3);
    expect(put).toEqual(['t/1 opened', 't/1 embedded', 't/2 opened', 't/2 embedded']);
    expect(short().map(({ id, cause }) => `${id} ${cause}`)).toEqual([
      't/2 1.1 COMPLETE',
      't/1 1.1 COMPLETE',
      't/3 1.1 COMPLETE',
    ]);
  });

  it('does not take an idle round for the end of what it has in hand', async () => {
    bus = new MemoryBus(2);
    const gate = holdCommitsOf(1);
    fusion = await openOnMemory(bus, store(), { concurrentTransactions: 1, turnPatienceMs: 60_000 });
    await waitFor('both partitions', () => fusion?.working === 2);
    const idle = vi.spyOn(Mailbox.prototype, 'idle');
    append(bus, 0, 't/late', joinRecord.opened('t/late', 1n, ['a', 'b'], 1_000));
    append(bus, 1, 't/holds', joinRecord.opened('t/holds', 1n, [], 60_000));
    await waitFor('a turn that is held', () => gate.held === 1);
    append(bus, 0, 't/late', joinRecord.embedded('t/late', 1n, 'a'));
    append(bus, 0, 't/whole', joinRecord.opened('t/whole', 1n, [], 60_000));
    const sentAt = Date.now();
    await waitFor('the deadline', () => Date.now() > sentAt + 1_000);
    const before = idle.mock.calls.length;
    await waitFor('idle rounds after the deadline', () => idle.mock.calls.length > before + 4);
    gate.letGo();
    await decidedCount(2);
    const late = all().find(({ itemKey }) => itemKey === 't/late');
    expect(late?.partsMissing.map(({ partId, code }) => `${partId} ${code}`)).toEqual([
      'a no_head',
      'b timeout',
    ]);
    idle.mockRestore();
  });

  it('decides at the deadline with what is there, and counts what comes too late', async () => {
    fusion = await openOnMemory(bus, store());
    append(bus, 0, 't/1', joinRecord.opened('t/1', 1n, ['a', 'b'], 50));
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 1n, 'a'));
    await decidedCount(1);
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 1n, 'b'));
    append(bus, 0, 't/2', joinRecord.opened('t/2', 1n, ['a'], 60_000));
    append(bus, 0, 't/2', joinRecord.embedded('t/2', 1n, 'a'));
    await decidedCount(2);
    expect(short()).toEqual([
      { id: 't/1 1.1', status: 'DECIDED', cause: 'DEADLINE' },
      { id: 't/2 1.1', status: 'DECIDED', cause: 'COMPLETE' },
    ]);
    expect(all()[0]?.partsMissing.map(({ partId, code }) => `${partId} ${code}`)).toContain('b timeout');
  });

  it('revises for a late part inside the late window, for a review, and for nothing else', async () => {
    fusion = await openOnMemory(bus, store(60_000));
    append(bus, 0, 't/1', joinRecord.opened('t/1', 1n, ['a', 'b'], 50));
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 1n, 'a'));
    await decidedCount(1);
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 1n, 'b'));
    await decidedCount(2);
    append(bus, 0, 't/1', joinRecord.reviewed(reviewOf('t/1', 1n, 1)));
    append(bus, 0, 't/1', joinRecord.redecide('t/1', 1n));
    await decidedCount(3);
    append(bus, 0, 't/1', joinRecord.reviewed(reviewOf('t/1', 1n, 3)));
    await decidedCount(4);
    append(bus, 0, 't/1', joinRecord.redecide('t/1', 1n));
    append(bus, 0, 't/2', joinRecord.opened('t/2', 1n, [], 60_000));
    await decidedCount(5);
    expect(short().map(({ id, cause }) => `${id} ${cause}`)).toEqual([
      't/1 1.1 DEADLINE',
      't/1 1.2 LATE_PART',
      't/1 1.3 REDECIDE',
      't/1 1.4 REVIEW',
      't/2 1.1 COMPLETE',
    ]);
    expect(all()[3]).toMatchObject({ action: 'block', human: { judgedRevision: 3 } });
  });

  it('supersedes an undecided version before anything of the newer one, and erases', async () => {
    fusion = await openOnMemory(bus, store());
    append(bus, 0, 't/1', joinRecord.opened('t/1', 1n, ['a'], 60_000));
    append(bus, 0, 't/1', joinRecord.opened('t/1', 3n, ['a'], 60_000));
    append(bus, 0, 't/1', joinRecord.opened('t/1', 2n, ['a'], 60_000));
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 1n, 'a'));
    await decidedCount(1);
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 3n, 'a'));
    await decidedCount(2);
    append(bus, 0, 't/1', joinRecord.erased('t/1', 3n));
    await decidedCount(3);
    expect(short().map(({ id, status }) => `${id} ${status}`)).toEqual([
      't/1 1.1 SUPERSEDED',
      't/1 3.1 DECIDED',
      't/1 3.2 ERASED',
    ]);
    const log = bus.log.read(TOPIC.decisions, 0, 0n, bus.log.end(TOPIC.decisions, 0));
    expect(log.at(-1)?.value).toBeUndefined();
  });

  it('repeats nothing and loses nothing when Redis is flushed', async () => {
    fusion = await openOnMemory(bus, store());
    append(bus, 0, 't/1', joinRecord.opened('t/1', 1n, ['a'], 60_000));
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 1n, 'a'));
    append(bus, 0, 't/2', joinRecord.opened('t/2', 1n, ['a'], 60_000));
    await decidedCount(1);
    await redis.flushall();
    append(bus, 0, 't/2', joinRecord.embedded('t/2', 1n, 'a'));
    append(bus, 0, 't/1', joinRecord.opened('t/1', 1n, ['a'], 60_000));
    append(bus, 0, 't/1', joinRecord.embedded('t/1', 1n, 'a'));
    await decidedCount(2);
    append(bus, 0, 't/3', joinRecord.opened('t/3', 1n, [], 60_000));
    await decidedCount(3);
    expect(short().map(({ id }) => id)).toEqual(['t/1 1.1', 't/2 1.1', 't/3 1.1']);
  });

  it('recovers from a refused transaction and from one whose answer was lost', async () => {
    const faults = ['refused', 'lost_answer', 'refused', 'lost_answer'] as const;
    let commits = 0;
    bus.commitFault = () => faults[commits++] ?? 'none';
    fusion = await openOnMemory(bus, store());
    for (let n = 0; n < 200; n += 1) {
      append(bus, 0, `t/${n}`, joinRecord.opened(`t/${n}`, 1n, ['a'], 60_000));
      append(bus, 0, `t/${n}`, joinRecord.embedded(`t/${n}`, 1n, 'a'));
    }
    await decidedCount(200);
    append(bus, 0, 't/end', joinRecord.opened('t/end', 1n, [], 60_000));
    await waitFor('the last item', () => short().some(({ id }) => id === 't/end 1.1'));
    expect(new Set(short().map(({ id }) => id)).size).toBe(201);
    expect(all()).toHaveLength(201);
  });

  it('two owners that for a while both believe in their generation decide everything once between them', async () => {
    expect(await splitBrain(store(), true)).toEqual({ decisions: 301, distinct: 301 });
  });

  // What shows that the test above could fail: with both layers off it does.
  it('and would not, if transactions did not fence and the state trusted anybody', async () => {
    const { decisions, distinct } = await splitBrain(new JoinModel(JOIN_SETTINGS, true), false);
    expect(distinct).toBe(301);
    expect(decisions).toBeGreaterThan(distinct);
  });

  it('never commits an oldest opening that it does not know yet', async () => {
    const lows: bigint[] = [];
    const consume = bus.consume.bind(bus);
    bus.consume = async (options) => {
      const consumer = await consume(options);
      const commit = consumer.commit.bind(consumer);
      consumer.commit = (generation, offsets) => {
        lows.push(...offsets.map(({ metadata }) => decodeOpenLow(metadata ?? '') ?? -1n));
        return commit(generation, offsets);
      };
      return consumer;
    };
    fusion = await openOnMemory(bus, store());
    for (let n = 0; n < 10; n += 1) append(bus, 0, `t/${n}`, joinRecord.opened(`t/${n}`, 1n, [], 60_000));
    await decidedCount(10);
    await waitFor('the commit', () => lows.at(-1) === 10n);
    await fusion[Symbol.asyncDispose]();
    lows.length = 0;
    fusion = await openOnMemory(bus, store());
    append(bus, 0, 't/end', joinRecord.opened('t/end', 1n, [], 60_000));
    await waitFor('the commit', () => lows.at(-1) === 11n);
    expect(lows.filter((low) => low < 10n)).toEqual([]);
  });

  it('decides by the clock while it is paused for memory', async () => {
    fusion = await openOnMemory(bus, store(), { maxOpenBytes: 2_000 });
    await waitFor('the partition to be worked on', () => fusion?.working === 1);
    for (let n = 0; n < 100; n += 1) append(bus, 0, `t/${n}`, joinRecord.opened(`t/${n}`, 1n, ['a'], 150));
    for (let n = 0; n < 100; n += 1) append(bus, 0, `t/${n}`, joinRecord.embedded(`t/${n}`, 1n, 'a'));
    await decidedCount(100);
    expect(new Set(short().map(({ id }) => id)).size).toBe(100);
    const overload = all().filter((decision) => decision.cause === DecisionCause.OVERLOAD);
    expect(overload.length).toBeGreaterThan(0);
    expect(overload[0]?.partsMissing[0]?.code).toBe('overload');
  });
});

import { setImmediate as turn } from 'node:timers/promises';
import type { Bus, BusRecord, Chunk, ConsumeOptions } from '@tercet/bus';
import { silentLogger, UnavailableError } from '@tercet/kit';
import { PartConsumer } from '../consume/part-consumer.js';
import { createEvents } from '../events.js';

const PLACE = { topic: 'raw.text', partition: 0 };
const CHUNK_RECORDS = 4;
const MAX_LIVES = 6;
const MAX_TURNS = 20_000;

/** Numbers from 0 below 1 that the seed decides: a linear congruence of Park and Miller, modulus 2^31 - 1. */
function numbers(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A raw topic of one partition, and what encoders left of it. */
class Topic {
  committed = 0n;
  metadata = '';
  readonly published = new Map<bigint, number>();

  constructor(readonly end: bigint) {}

  record(offset: bigint): BusRecord {
    return { ...PLACE, offset, key: Buffer.from('t/1'), value: undefined, headers: {}, timestampMs: 0n };
  }

  get missing(): bigint[] {
    return Array.from({ length: Number(this.end) }, (_, n) => BigInt(n)).filter(
      (n) => !this.published.has(n),
    );
  }
}

/**
 * Encoders that are killed at any moment, one after another, on one partition: the real consumer over a topic in memory.
 * Answers the offsets that nothing was published for although they are committed, and how many were published again.
 */
export async function liveAndDie(
  seed: number,
): Promise<{ readonly missing: readonly bigint[]; readonly repeated: number; readonly lives: number }> {
  const next = numbers(seed);
  const topic = new Topic(BigInt(5 + Math.floor(next() * 40)));
  let lives = 0;
  while (topic.committed < topic.end) {
    lives += 1;
    const last = lives > MAX_LIVES;
    await live(topic, next, last ? MAX_TURNS : Math.floor(next() * 60));
    if (last) break;
  }
  const repeated = [...topic.published.values()].filter((times) => times > 1).length;
  return { missing: topic.missing, repeated, lives };
}

/** One encoder from its start to its death, or until all is committed. */
async function live(topic: Topic, next: () => number, turns: number): Promise<void> {
  const life = { dead: false };
  const consumer = new PartConsumer({
    bus: busOf(topic, life, next),
    groupId: 'encoders',
    topic: PLACE.topic,
    encode: async ({ record }) => {
      for (let wait = Math.floor(next() * 8); wait > 0; wait -= 1) await turn();
      // What was sent before the kill may be in the log or not; after it nothing is sent.
      if (life.dead) throw new UnavailableError('broker_unavailable', 'killed');
      topic.published.set(record.offset, (topic.published.get(record.offset) ?? 0) + 1);
      await turn();
    },
    events: createEvents('text', silentLogger()),
    limits: { maxParts: 6, maxBytes: 1_000_000 },
    sessionTimeoutMs: 1_000,
    maxBytesPerPartition: 1_000_000,
    maxWaitMs: 10,
    commitIntervalMs: 1,
    onJoined: () => undefined,
  });
  await consumer.start();
  for (let n = 0; n < turns && topic.committed < topic.end; n += 1) await turn();
  life.dead = true;
  await consumer[Symbol.asyncDispose]();
}

function busOf(topic: Topic, life: { dead: boolean }, next: () => number): Pick<Bus, 'consume'> {
  return {
    async consume(options) {
      const stop = new AbortController();
      let paused = false;
      void deliver(topic, options, stop.signal, () => paused || life.dead);
      return {
        finished: new Promise<void>(() => undefined),
        pause: () => {
          paused = true;
        },
        resume: () => {
          paused = false;
        },
        seek: async () => undefined,
        async commit(_generation, [place]) {
          await turn();
          if (life.dead || next() < 0.1) throw new UnavailableError('broker_unavailable', 'commit');
          if (place) {
            topic.committed = place.offset;
            topic.metadata = place.metadata ?? '';
          }
        },
        heartbeat: async () => undefined,
        committed: async () => ({ offset: topic.committed, metadata: topic.metadata }),
        vitals: () => ({ sinceHeartbeatMs: 0, sinceFetchMs: 0 }),
        [Symbol.asyncDispose]: async () => stop.abort(),
      };
    },
  };
}

async function deliver(
  topic: Topic,
  options: ConsumeOptions,
  signal: AbortSignal,
  waits: () => boolean,
): Promise<void> {
  await turn();
  await options.onAssigned?.({ generation: 1, partitions: [PLACE] });
  let at = topic.committed;
  while (!signal.aborted) {
    if (waits() || at >= topic.end) {
      await turn();
      continue;
    }
    const from = at;
    at = from + BigInt(CHUNK_RECORDS) < topic.end ? from + BigInt(CHUNK_RECORDS) : topic.end;
    const records = Array.from({ length: Number(at - from) }, (_, n) => topic.record(from + BigInt(n)));
    const chunk: Chunk = {
      ...PLACE,
      generation: 1,
      records,
      nextOffset: at,
      highWatermark: topic.end,
      signal,
      heartbeat: async () => undefined,
      commit: async () => undefined,
    };
    // A chunk that is refused for want of the broker comes again.
    await options.onChunk(chunk).catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error;
      at = from;
    });
    await turn();
  }
}

import type { OutgoingRecord } from '@tercet/bus';
import { TOPIC } from '@tercet/contracts';
import { residentBytes } from '@tercet/harness';
import { waitFor } from '@tercet/local';
import { Redis } from 'ioredis';
import { cpuSince } from '../cpu-seconds.js';
import { backlogRecords, sendAll } from '../fusion/backlog.js';
import { type Contender, drain, hold } from '../fusion/contender.js';
import { DecisionTail } from '../join/decision-tail.js';
import { JoinItems } from '../join/join-items.js';
import { type JoinStage, startJoinStage } from '../join/join-stage.js';
import { dataSetBytes, logBytes } from './sizes.js';

const WINDOW_MS = 6 * 3_600_000;
const OPEN_PARTS = ['text', 'caption'] as const;
const TIMEOUT_MS = 600_000;
const STABLE_LOOKS = 3;
const LOOK_MS = 700;
const SESSION_TIMEOUT_MS = 180_000;
const SCAN_KEYS = 10_000;
/** By so much Redis' own buffers for its clients come and go between two looks. */
const CLIENT_BYTES = 32 * 1024;
const MAX_OPEN_BYTES = 512 * 1024 * 1024;
/** A decision is kept for look-ups no longer than this, so that tombstones can be weighed alone. */
const LOOKUP_WINDOW_MS = 1_000;

/** A join that holds a number of open items, each with one of its two vectors. */
export class Population implements AsyncDisposable {
  private constructor(
    readonly stage: JoinStage,
    private readonly redis: Redis,
    private readonly items: JoinItems,
    private readonly tail: DecisionTail,
    private readonly fusion: Contender,
    /** Redis bytes per open item. */
    readonly openBytes: number,
  ) {}

  static async of(open: number): Promise<Population> {
    const stage = await startJoinStage();
    const redis = new Redis(stage.redis.url);
    const items = await JoinItems.load();
    const tail = await DecisionTail.follow(stage.bus);
    const service = await stage.startFusion('fusion', {
      TERCET_MAX_OPEN_BYTES: String(MAX_OPEN_BYTES),
      TERCET_LOOKUP_WINDOW_MS: String(LOOKUP_WINDOW_MS),
      TERCET_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
    });
    const fusion = { name: 'fusion', pid: service.pid as number, tail, explain: () => service.explain() };
    const empty = await dataSetBytes(redis);
    await using producer = await stage.bus.producer();
    await sendAll(producer, openings(items, open));
    const bytes = await settledBytes(redis, stage);
    return new Population(stage, redis, items, tail, fusion, (bytes - empty) / open);
  }

  /** Processor microseconds per part of so many complete items beside the population, by process; and bytes of the logs. */
  async cost(name: string, count: number, parts: readonly string[]) {
    const { stage, items, fusion } = this;
    await using producer = await stage.bus.producer();
    const logs = `${stage.folder}/kafka`;
    const before = this.#logs(logs);
    hold(fusion);
    await sendAll(producer, backlogRecords(items, { name, count, windowMs: WINDOW_MS }, parts));
    const { cpu, seconds } = await drain(fusion, count, { kafka: stage.kafka.pid, redis: stage.redis.pid });
    const after = this.#logs(logs);
    const each = (total: number): number => (total / count) * 1e6;
    return {
      cpu_fusion: each(cpu['fusion'] ?? 0),
      cpu_kafka: each(cpu['kafka'] ?? 0),
      cpu_redis: each(cpu['redis'] ?? 0),
      cpu_item: each(Object.values(cpu).reduce((sum, one) => sum + one, 0)),
      seconds,
      kafka_bytes: (after - before) / count,
      memory_fusion: residentBytes(fusion.pid) / 2 ** 20,
      memory_kafka: residentBytes(stage.kafka.pid) / 2 ** 20,
    };
  }

  /** Redis bytes that a decided item leaves behind, once its decision is no longer kept for look-ups. */
  async tombstoneBytes(name: string, count: number): Promise<number> {
    const before = await this.#withoutDecisions();
    await this.cost(name, count, ['text']);
    return ((await this.#withoutDecisions()) - before) / count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.redis.disconnect();
    await this.tail[Symbol.asyncDispose]();
    await this.stage[Symbol.asyncDispose]();
  }

  async #withoutDecisions(): Promise<number> {
    await waitFor('no decision is kept for look-ups', async () => !(await someKey(this.redis, '*:d:*')), {
      timeoutMs: TIMEOUT_MS,
      intervalMs: LOOK_MS,
    });
    return settledBytes(this.redis, this.stage);
  }

  #logs(folder: string): number {
    return [TOPIC.embeddings, TOPIC.decisions].reduce(
      (sum, topic) => sum + logBytes(folder, `${this.stage.prefix}${topic}`),
      0,
    );
  }
}

function* openings(items: JoinItems, count: number): Generator<OutgoingRecord> {
  for (let n = 0; n < count; n += 1) {
    const key = `bench/open-${n}`;
    yield { topic: TOPIC.embeddings, key, value: items.opened(key, OPEN_PARTS, WINDOW_MS) };
    yield { topic: TOPIC.embeddings, key, value: items.embedded(key, OPEN_PARTS[0]) };
  }
}

/**
 * Whether a key matches. Looks at every key, so that Redis drops what has expired: by itself it takes its time where few
 * among many have.
 */
async function someKey(redis: Redis, pattern: string): Promise<boolean> {
  let found = 0;
  for (let cursor = '', keys: string[]; cursor !== '0'; found += keys.length)
    [cursor, keys] = await redis.scan(cursor || '0', 'MATCH', pattern, 'COUNT', SCAN_KEYS);
  return found > 0;
}

/** The data set's size once it has stopped changing and Redis is idle. */
async function settledBytes(redis: Redis, { redis: { pid } }: JoinStage): Promise<number> {
  let same = 0;
  let last = -1;
  let cpu = cpuSince({ redis: pid });
  await waitFor(
    'Redis is at rest',
    async () => {
      const bytes = await dataSetBytes(redis);
      const busy = (cpu()['redis'] ?? 0) / (LOOK_MS / 1000) > 0.1;
      cpu = cpuSince({ redis: pid });
      const still = Math.abs(bytes - last) < Math.max(0.001 * bytes, CLIENT_BYTES);
      same = still && !busy ? same + 1 : 0;
      last = bytes;
      return same >= STABLE_LOOKS;
    },
    { timeoutMs: TIMEOUT_MS, intervalMs: LOOK_MS },
  );
  return last;
}

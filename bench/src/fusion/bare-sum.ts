import type { Bus, BusRecord } from '@tercet/bus';
import { TOPIC } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';
import { Redis } from 'ioredis';

/** Where the bare loop puts its records instead of `decisions`. */
export const BARE_TOPIC = 'bench-bare';
const PIPELINE = 200;
const SEND = 250;
const PART_KEYS_DB = 1;
const FUNCTION = `#!lua name=bench_bare
redis.register_function('bench_put', function(keys, args) return redis.call('HSET', keys[1], args[1], args[2]) end)`;

export interface BareRequest {
  /** Offsets as strings, by partition of `embeddings`. */
  readonly from: readonly string[];
  readonly end: readonly string[];
  /** So many decisions of so many bytes are produced. */
  readonly decisions: number;
  readonly decisionBytes: number;
}

/** Seconds by the wall of each stage, and processor seconds of all three. */
export interface BareAnswer {
  readonly consumeS: number;
  readonly redisS: number;
  readonly produceS: number;
  readonly cpuS: number;
  readonly records: number;
}

/**
 * What a join cannot do without, one after the other and with nothing around: read every record through the same
 * Kafka client, one Function call per record that stores its bytes, pipelined by 200, and produce one record per item.
 */
export async function openBareSum(
  bus: Bus,
  redisUrl: string,
): Promise<(request: BareRequest) => Promise<BareAnswer>> {
  const redis = new Redis(redisUrl, { db: PART_KEYS_DB });
  await redis.call('FUNCTION', 'LOAD', 'REPLACE', FUNCTION);
  const reader = await bus.reader('bench-bare');
  const producer = await bus.producer();

  const consume = async ({ from, end }: BareRequest): Promise<BusRecord[]> => {
    const records: BusRecord[] = [];
    await Promise.all(
      from.map((offset, partition) =>
        reader.readToEnd(
          { topic: TOPIC.embeddings, partition },
          BigInt(offset),
          (some) => void records.push(...some),
          { end: BigInt(end[partition] ?? offset) },
        ),
      ),
    );
    return records;
  };

  const store = async (records: readonly BusRecord[]): Promise<void> => {
    for (let first = 0; first < records.length; first += PIPELINE) {
      const pipeline = redis.pipeline();
      for (const { key, value, offset } of records.slice(first, first + PIPELINE))
        pipeline.call('FCALL', 'bench_put', '1', key as Buffer, String(offset), value as Buffer);
      const replies = (await pipeline.exec()) ?? [];
      for (const [error] of replies)
        if (error) throw new UnavailableError('redis_unavailable', 'bench_put', { cause: error });
    }
  };

  const produce = async ({ decisions, decisionBytes }: BareRequest): Promise<void> => {
    const value = Buffer.alloc(decisionBytes, 'decision');
    for (let first = 0; first < decisions; first += SEND)
      await producer.send(
        Array.from({ length: Math.min(SEND, decisions - first) }, (_, n) => ({
          topic: BARE_TOPIC,
          key: `bench/bare-${first + n}`,
          value,
        })),
      );
  };

  return async (request) => {
    const cpu = process.cpuUsage();
    const times = [performance.now()];
    const records = await consume(request);
    times.push(performance.now());
    await store(records);
    times.push(performance.now());
    await produce(request);
    times.push(performance.now());
    const { user, system } = process.cpuUsage(cpu);
    const [consumeS = 0, redisS = 0, produceS = 0] = times
      .slice(1)
      .map((at, n) => (at - (times[n] ?? at)) / 1000);
    await redis.flushdb();
    return { consumeS, redisS, produceS, cpuS: (user + system) / 1e6, records: records.length };
  };
}

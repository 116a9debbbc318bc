import type { Bus, BusRecord } from '@tercet/bus';
import { DEFAULT_PARTITIONS, TOPIC } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';
import { Redis } from 'ioredis';

/** Where the bare loop puts its records instead of `decisions`. */
export const BARE_TOPIC = 'bench-bare';
const PIPELINE = 200;
const SEND = 250;
/** Not fusion's: it is emptied after each turn. */
const DATABASE = '/1';
/** As many decisions as a transaction of fusion holds on a backlog, and as many records as one of its puts. */
const DECISIONS_A_TRANSACTION = 100;
const RECORDS_A_CALL = 200;
const TRANSACTION_TIMEOUT_MS = 10_000;
const FUNCTION = `#!lua name=bench_bare
redis.register_function('bench_put', function(keys, args) return redis.call('HSET', keys[1], args[1], args[2]) end)
redis.register_function('bench_put_all', function(keys, args)
  for n = 1, #args, 3 do redis.call('HSET', keys[1] .. args[n], args[n + 1], args[n + 2]) end
end)`;

export interface BareRequest {
  /** Offsets as strings, by partition of `embeddings`. */
  readonly from: readonly string[];
  readonly end: readonly string[];
  /** So many decisions of so many bytes are produced. */
  readonly decisions: number;
  readonly decisionBytes: number;
}

/** Seconds by the wall of each stage, and processor seconds of all three. */
export interface BareStages {
  readonly consumeS: number;
  readonly redisS: number;
  readonly produceS: number;
  readonly cpuS: number;
}

export interface BareAnswer extends BareStages {
  readonly records: number;
  /** The same with what fusion owes and is given: a transaction around its decisions, a call for many records. */
  readonly likeFusion: BareStages;
}

/**
 * What a join cannot do without, one after the other and with nothing around: read every record through the same
 * Kafka client, one Function call per record that stores its bytes, pipelined by 200, and produce one record per item. Then
 * the same once more, stored by one call for 200 records and produced in transactions as large as fusion's, each read back.
 */
export async function openBareSum(
  bus: Bus,
  redisUrl: string,
): Promise<(request: BareRequest) => Promise<BareAnswer>> {
  // The database that a URL names goes before one among the options.
  const redis = new Redis(Object.assign(new URL(redisUrl), { pathname: DATABASE }).href);
  await redis.call('FUNCTION', 'LOAD', 'REPLACE', FUNCTION);
  const reader = await bus.reader('bench-bare');
  const producer = await bus.producer();

  const committers = await Promise.all(
    Array.from({ length: DEFAULT_PARTITIONS.join }, async (_, partition) =>
      bus.transactionalProducer(`bench-bare-${partition}`, { topic: BARE_TOPIC, partition }),
    ),
  );

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

  const storeAll = async (records: readonly BusRecord[]): Promise<void> => {
    const pipeline = redis.pipeline();
    for (let first = 0; first < records.length; first += RECORDS_A_CALL) {
      const args = records
        .slice(first, first + RECORDS_A_CALL)
        .flatMap(({ key, value, offset }) => [key as Buffer, String(offset), value as Buffer]);
      pipeline.call('FCALL', 'bench_put_all', '1', 'all:', ...args);
    }
    for (const [error] of (await pipeline.exec()) ?? [])
      if (error) throw new UnavailableError('redis_unavailable', 'bench_put_all', { cause: error });
  };

  const commit = async ({ decisions, decisionBytes }: BareRequest): Promise<void> => {
    const value = Buffer.alloc(decisionBytes, 'decision');
    for (let first = 0, n = 0; first < decisions; first += DECISIONS_A_TRANSACTION, n += 1) {
      const partition = n % committers.length;
      const count = Math.min(DECISIONS_A_TRANSACTION, decisions - first);
      const records = Array.from({ length: count }, (_, at) => ({
        topic: BARE_TOPIC,
        partition,
        key: `bench/bare-${first + at}`,
        value,
      }));
      await committers[partition]?.commit(records, TRANSACTION_TIMEOUT_MS);
    }
  };

  return async (request) => {
    const plain = await timed(request, { consume, store, produce });
    await redis.flushdb();
    const likeFusion = await timed(request, { consume, store: storeAll, produce: commit });
    await redis.flushdb();
    const { records, ...stages } = plain;
    return { ...stages, records, likeFusion };
  };
}

interface Stages {
  readonly consume: (request: BareRequest) => Promise<BusRecord[]>;
  readonly store: (records: readonly BusRecord[]) => Promise<void>;
  readonly produce: (request: BareRequest) => Promise<void>;
}

async function timed(
  request: BareRequest,
  { consume, store, produce }: Stages,
): Promise<BareStages & { readonly records: number }> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const records = await consume(request);
  const consumedAt = performance.now();
  await store(records);
  const storedAt = performance.now();
  await produce(request);
  const producedAt = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  return {
    consumeS: (consumedAt - startedAt) / 1000,
    redisS: (storedAt - consumedAt) / 1000,
    produceS: (producedAt - storedAt) / 1000,
    cpuS: (user + system) / 1e6,
    records: records.length,
  };
}

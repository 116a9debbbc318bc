import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Bus } from '@tercet/bus';
import { DEFAULT_PARTITIONS } from '@tercet/contracts';
import { REPOSITORY } from '@tercet/local';
import type { BareRequest, BareTimes } from '../encoder/bare-messages.js';
import { type Percentiles, percentilesOf } from '../join/percentiles.js';
import { benchTexts } from '../texts.js';
import { WorkerProcess } from '../worker/worker-process.js';

const TOPIC = 'bench-hop';
const GAP_MS = 10;
const VALUE_BYTES = 1_600;
/** items, raw.text, embeddings, decisions. */
export const HOPS = 4;

/** Milliseconds of what an item of one text cannot do without, each alone on an idle machine. */
export interface BareStages {
  /** A record from its send to a consumer of its topic. */
  readonly hop: Percentiles;
  /** Preparing and running one text. */
  readonly encode: Percentiles;
}

export async function measureBareStages(bus: Bus, count: number): Promise<BareStages> {
  return { hop: await measureHop(bus, count), encode: await measureEncode(count) };
}

async function measureHop(bus: Bus, count: number): Promise<Percentiles> {
  await using admin = await bus.admin();
  await admin.ensureTopics([{ name: TOPIC, partitions: DEFAULT_PARTITIONS.join, config: {} }]);
  await using reader = await bus.reader('bench-hop');
  await using producer = await bus.producer();
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  const stop = new AbortController();
  let following: Promise<void> = Promise.resolve();
  await new Promise<void>((started, failed) => {
    following = reader.tail(
      [TOPIC],
      (records) => {
        for (const { key } of records) {
          const at = sentAt.get(Buffer.from(key ?? '').toString());
          if (at !== undefined) latencies.push(performance.now() - at);
        }
      },
      stop.signal,
      started,
    );
    following.catch(failed);
  });
  const value = Buffer.alloc(VALUE_BYTES);
  for (let n = 0; n < count; n += 1) {
    const key = `hop-${n}`;
    sentAt.set(key, performance.now());
    await producer.send([{ topic: TOPIC, key, value }]);
    await delay(GAP_MS);
  }
  stop.abort();
  await following;
  // The first ones pay for connections.
  return percentilesOf(latencies.slice(Math.floor(count / 5)));
}

async function measureEncode(count: number): Promise<Percentiles> {
  const module = pathToFileURL(`${REPOSITORY}/services/text-encoder/dist/modality.js`).href;
  await using bare = await WorkerProcess.start<BareRequest, BareTimes>(
    new URL('../encoder/bare-main.js', import.meta.url),
    [module],
  );
  const latencies: number[] = [];
  for (const text of benchTexts(count, 3)) {
    const parts = [{ mediaType: 'text/plain', bytes: Buffer.from(text) }];
    const { prepareS, embedS } = await bare.ask({ parts });
    latencies.push((prepareS + embedS) * 1000);
  }
  return percentilesOf(latencies.slice(Math.floor(count / 5)));
}

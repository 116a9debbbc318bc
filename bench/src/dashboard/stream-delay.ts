import type { BusProducer } from '@tercet/bus';
import type { DashboardClient } from '@tercet/harness';
import { waitFor } from '@tercet/local';
import { decisionRecord, sampleItem } from './sample-load.js';

export interface StreamLoad {
  /** Number of the first item that is sent. */
  readonly from: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** Clients with an open stream; the first one is timed. */
  readonly clients: number;
}

const TICK_MS = 100;
const LATE_MS = 20_000;

/** Milliseconds from a decision's send to its event at a client, while decisions come at an even rate. */
export async function streamDelays(
  producer: BusProducer,
  lead: DashboardClient,
  { from, perSecond, seconds, clients }: StreamLoad,
): Promise<number[]> {
  const ending = new AbortController();
  const sentAt = new Map<string, number>();
  const delays: number[] = [];
  const read = async (isTimed: boolean): Promise<void> => {
    for await (const { event, data } of lead.events('/api/v1/decisions/stream', ending.signal)) {
      if (event !== 'decision' || !isTimed) continue;
      const now = performance.now();
      for (const { itemId } of data as { itemId: string }[]) {
        const at = sentAt.get(itemId);
        if (at !== undefined) delays.push(now - at);
      }
    }
  };
  const reading = Array.from({ length: clients }, (_, n) => read(n === 0).catch(() => undefined));
  const perTick = (perSecond * TICK_MS) / 1_000;
  const started = performance.now();
  const sends: Promise<unknown>[] = [];
  for (let tick = 0; tick < (seconds * 1_000) / TICK_MS; tick += 1) {
    // On the clock, not behind the one before: a slow server is not given time to recover.
    const wait = started + tick * TICK_MS - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const numbers = Array.from({ length: perTick }, (_, n) => from + tick * perTick + n);
    for (const n of numbers) sentAt.set(sampleItem(n).itemId, performance.now());
    sends.push(producer.send(numbers.map((n) => decisionRecord(n, Date.now()))));
  }
  await Promise.all(sends);
  await waitFor('every decision in the stream', () => delays.length >= sentAt.size, { timeoutMs: LATE_MS });
  ending.abort();
  await Promise.all(reading);
  return delays;
}

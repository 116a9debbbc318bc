import type { BusProducer } from '@tercet/bus';
import type { JoinItems } from '../join/join-items.js';
import { type Percentiles, percentilesOf } from '../join/percentiles.js';
import { sendSteadily } from '../join/steady-load.js';
import { type Contender, decideAll, hold, release } from './contender.js';

export const EQUAL_LOAD = { itemsPerSecond: 150, warmUpSeconds: 3 } as const;

/**
 * Milliseconds from the append of an item's last part to its decision at a read_committed consumer, at one even load of
 * items with two parts. The others are held meanwhile, and decide the same items afterwards.
 */
export async function latencyAtEqualLoad(
  producer: BusProducer,
  items: JoinItems,
  contender: Contender,
  others: readonly Contender[],
  load: { readonly name: string; readonly seconds: number },
): Promise<Percentiles> {
  const { itemsPerSecond, warmUpSeconds } = EQUAL_LOAD;
  for (const other of others) hold(other);
  release(contender);
  const everybody = [contender, ...others];
  const before = everybody.map(({ tail }) => tail.seen.length);
  const seconds = load.seconds + warmUpSeconds;
  const sent = await sendSteadily(producer, items, { name: load.name, itemsPerSecond, seconds });
  await decideAll(contender, (before[0] ?? 0) + sent.items);
  const measured = contender.tail.seen.slice((before[0] ?? 0) + warmUpSeconds * itemsPerSecond);
  for (const [n, other] of others.entries()) {
    release(other);
    await decideAll(other, (before[n + 1] ?? 0) + sent.items);
  }
  return percentilesOf(measured.map(({ seenAtMs, timings }) => seenAtMs - timings.lastPartAtMs));
}

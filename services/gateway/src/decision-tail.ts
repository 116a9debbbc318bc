import type { Bus, BusRecord } from '@tercet/bus';
import { Decision, TOPIC } from '@tercet/contracts';
import { retry } from '@tercet/kit';
import type { GatewayEvents } from './events.js';
import type { Waiters } from './waiters.js';

/** Follows `decisions` from its present end until the signal, and settles who waits. Resolves when the signal came. */
export async function tailDecisions(
  bus: Pick<Bus, 'reader'>,
  waiters: Waiters,
  events: GatewayEvents,
  signal: AbortSignal,
): Promise<void> {
  try {
    await retry(() => tailOnce(bus, waiters, signal), {
      initialMs: 200,
      maxMs: 5000,
      signal,
      onRetry: (error, attempt) => events.tailBroken(error, attempt),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function tailOnce(bus: Pick<Bus, 'reader'>, waiters: Waiters, signal: AbortSignal): Promise<void> {
  await using reader = await bus.reader('gateway');
  await reader.tail([TOPIC.decisions], (records) => settleAll(records, waiters), signal);
}

/** Settles waits from records of `decisions`; a tombstone settles nothing. */
export function settleAll(records: readonly BusRecord[], waiters: Waiters): void {
  for (const { key, value } of records) {
    if (!key || !value) continue;
    const itemKey = Buffer.from(key).toString('utf8');
    if (waiters.has(itemKey)) waiters.settle(itemKey, Decision.decode(value));
  }
}

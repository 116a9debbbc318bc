import { setTimeout as delay } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { Decision, TOPIC } from '@tercet/contracts';
import type { JoinSettings, JoinStore } from '@tercet/join-state';
import { BugError, silentLogger } from '@tercet/kit';
import type { OwnerSettings } from '../config.js';
import { createEvents } from '../events.js';
import { type Fusion, openFusion } from '../open-fusion.js';
import type { MemoryBus } from './memory-bus.js';

export const JOIN_SETTINGS: JoinSettings = {
  lateWindowMs: 0,
  dedupeWindowMs: 600_000,
  maxTakeItems: 500,
  maxTakeBytes: 8 * 1024 * 1024,
  maxKeptBytes: 1024 * 1024,
};

export const OWNER_SETTINGS: OwnerSettings = {
  lookupWindowMs: 600_000,
  dedupeWindowMs: 600_000,
  maxOpenBytes: 64 * 1024 * 1024,
  maxPutRecords: 500,
  maxPutBytes: 2 * 1024 * 1024,
  maxTransactionBytes: 700 * 1024,
  transactionTimeoutMs: 5_000,
  concurrentTransactions: 3,
  turnPatienceMs: 250,
  commitIntervalMs: 20,
  checkpointIntervalMs: 50,
  overloadTickMs: 10,
  minBackoffMs: 5,
  maxBackoffMs: 50,
};

/** Opens fusion on a bus in memory, with no policy and no heads: every item goes to review. */
export function openOnMemory(
  bus: MemoryBus,
  store: JoinStore,
  owner: Partial<OwnerSettings> = {},
): Promise<Fusion> {
  return openFusion(
    {
      bus,
      store,
      shelf: { policy: () => undefined, headSet: () => undefined },
      events: createEvents(silentLogger()),
      tracer: trace.getTracer('test'),
    },
    { sessionTimeoutMs: 10_000, maxClockSkewMs: 0, owner: { ...OWNER_SETTINGS, ...owner } },
  );
}

/** Puts a record on `embeddings` of a bus in memory. */
export function append(bus: MemoryBus, partition: number, itemKey: string, value: Uint8Array): bigint {
  return bus.log.append(TOPIC.embeddings, partition, {
    key: Buffer.from(itemKey),
    value,
    headers: {},
    timestampMs: BigInt(Date.now()),
  });
}

/** Decisions committed on a partition, tombstones left out. */
export function decisionsOf(bus: MemoryBus, partition: number): Decision[] {
  return bus.log
    .read(TOPIC.decisions, partition, 0n, bus.log.end(TOPIC.decisions, partition))
    .flatMap(({ value }) => (value === undefined ? [] : [Decision.decode(value)]));
}

/** Polls a named condition. */
export async function waitFor(what: string, check: () => boolean | Promise<boolean>, limitMs = 20_000) {
  const until = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > until) throw new BugError(`waited in vain for ${what}`);
    await delay(5);
  }
}

import type { BusRecord } from '@tercet/bus';
import type { JoinHold, PutAnswer, PutRecord } from '@tercet/join-state';
import type { OwnerSettings } from './config.js';
import type { FusionEvents } from './events.js';
import { toPutRecord } from './put-record.js';
import type { Time } from './time.js';

interface Batch {
  readonly records: PutRecord[];
  /** Highest offset that the batch covers, unreadable records included. */
  lastOffset: bigint;
}

/** Splits a chunk into puts of bounded size, so that no single call holds Redis up; names what cannot be read. */
export function putBatches(
  records: readonly BusRecord[],
  settings: Pick<OwnerSettings, 'maxPutRecords' | 'maxPutBytes'>,
  onUnreadable: (record: BusRecord, reason: string) => void,
): Batch[] {
  const batches: Batch[] = [];
  let bytes = 0;
  for (const record of records) {
    let current = batches.at(-1);
    if (!current || current.records.length >= settings.maxPutRecords || bytes >= settings.maxPutBytes) {
      current = { records: [], lastOffset: record.offset };
      batches.push(current);
      bytes = 0;
    }
    current.lastOffset = record.offset;
    const put = toPutRecord(record);
    if (typeof put === 'string') {
      onUnreadable(record, put);
    } else {
      current.records.push(put);
      bytes += put.payload.length;
    }
  }
  return batches;
}

export interface ApplyDeps {
  readonly hold: JoinHold;
  readonly time: Time;
  readonly events: FusionEvents;
  readonly settings: OwnerSettings;
  readonly partition: number;
  /** Records below were counted by an earlier owner. */
  readonly countFrom: bigint;
}

/**
 * Puts records in log order; `nextOffset` is the first offset behind them. `onApplied` is told after each put how far
 * the state reaches.
 */
export async function applyRecords(
  records: readonly BusRecord[],
  nextOffset: bigint,
  deps: ApplyDeps,
  onApplied: (inOffset: bigint, answer: PutAnswer) => void,
): Promise<void> {
  const { hold, events, settings, partition, countFrom, time } = deps;
  const batches = putBatches(records, settings, (record, reason) =>
    events.recordUnreadable(partition, record.offset, reason),
  );
  if (batches.length === 0) batches.push({ records: [], lastOffset: nextOffset - 1n });
  for (const [n, batch] of batches.entries()) {
    const inOffset = n === batches.length - 1 ? nextOffset - 1n : batch.lastOffset;
    const startedAt = time.elapsedMs();
    const answer = await hold.put(batch.records, inOffset);
    events.stepDone('put', startedAt);
    const fresh = answer.outcomes.filter((_, index) => (batch.records[index]?.offset ?? 0n) >= countFrom);
    events.recordsApplied(fresh);
    onApplied(inOffset, answer);
  }
}

import type { BusRecord } from '@tercet/bus';
import type { JoinHold, PutAnswer, PutOutcome, PutRecord } from '@tercet/join-state';
import type { OwnerSettings } from './config.js';
import type { FusionEvents } from './events.js';
import { toPutRecord } from './put-record.js';
import type { Time } from './time.js';

/** What of a chunk can be applied; names what cannot be read. */
export function readRecords(
  records: readonly BusRecord[],
  onUnreadable: (record: BusRecord, reason: string) => void,
): PutRecord[] {
  const readable: PutRecord[] = [];
  for (const record of records) {
    const put = toPutRecord(record);
    if (typeof put === 'string') onUnreadable(record, put);
    else readable.push(put);
  }
  return readable;
}

/** Splits records into puts of bounded size, so that no single call holds Redis up. */
export function putBatches(
  records: readonly PutRecord[],
  settings: Pick<OwnerSettings, 'maxPutRecords' | 'maxPutBytes'>,
): PutRecord[][] {
  const batches: PutRecord[][] = [];
  let bytes = 0;
  for (const record of records) {
    let current = batches.at(-1);
    if (!current || current.length >= settings.maxPutRecords || bytes >= settings.maxPutBytes) {
      current = [];
      batches.push(current);
      bytes = 0;
    }
    current.push(record);
    bytes += record.payload.length;
  }
  return batches;
}

export interface ApplyDeps {
  readonly hold: JoinHold;
  readonly time: Time;
  readonly events: FusionEvents;
  readonly settings: OwnerSettings;
  /** Records below were counted by an earlier owner. */
  readonly countFrom: bigint;
}

/**
 * Puts records in log order; `nextOffset` is the first offset behind them. `onApplied` is told after each put how far
 * the state reaches.
 */
export async function applyRecords(
  records: readonly PutRecord[],
  nextOffset: bigint,
  deps: ApplyDeps,
  onApplied: (inOffset: bigint, answer: PutAnswer) => void,
): Promise<void> {
  const { hold, events, settings, countFrom, time } = deps;
  const batches = putBatches(records, settings);
  if (batches.length === 0) batches.push([]);
  for (const [n, batch] of batches.entries()) {
    const inOffset = n === batches.length - 1 ? nextOffset - 1n : (batch.at(-1) as PutRecord).offset;
    const startedAt = time.elapsedMs();
    const answer = await hold.put(batch, inOffset);
    events.stepDone('put', startedAt);
    events.recordsApplied(outcomesFrom(countFrom, batch, answer.outcomes));
    onApplied(inOffset, answer);
  }
}

/** Records below `countFrom` were counted by an earlier owner. */
export function outcomesFrom(
  countFrom: bigint,
  records: readonly PutRecord[],
  outcomes: readonly PutOutcome[],
): readonly PutOutcome[] {
  const first = records[0];
  if (!first || first.offset >= countFrom) return outcomes;
  return outcomes.filter((_, n) => (records[n]?.offset ?? 0n) >= countFrom);
}

import type { BusRecord, PartitionReader, TopicPartition } from '@tercet/bus';
import { Decision, HEADER, TOPIC } from '@tercet/contracts';
import type { JoinHold, MarkRecord } from '@tercet/join-state';
import { markStatus } from './plan-decisions.js';

export interface ReplayOptions {
  readonly dedupeWindowMs: number;
  readonly lookupWindowMs: number;
  /** Decisions that reflect this offset of `embeddings` or a later one are marked, however old they are. */
  readonly replayFrom: bigint;
  /** The state is being made anew from the log: it has put nothing that a decision could be missing from. */
  readonly anew: boolean;
  readonly nowMs: number;
}

/**
 * What a committed decision means for the state, with the windows it has left. Undefined where it means nothing: a
 * tombstone, or a decision that is too old and reflects only what is never applied again.
 */
export function markOf(record: BusRecord, options: ReplayOptions): MarkRecord | undefined {
  if (record.value === undefined || record.key === undefined) return undefined;
  const decision = Decision.decode(record.value);
  const ageMs = Math.max(0, options.nowMs - Number(record.timestampMs));
  const replayed = decision.appliedOffset >= options.replayFrom;
  const tombstoneTtlMs = replayed ? options.dedupeWindowMs : options.dedupeWindowMs - ageMs;
  const lookupTtlMs = options.lookupWindowMs - ageMs;
  if (tombstoneTtlMs <= 0 && lookupTtlMs <= 0) return undefined;
  return {
    itemKey: Buffer.from(record.key).toString(),
    version: decision.version,
    revision: decision.revision,
    status: markStatus(decision),
    human: decision.human !== undefined,
    complete: !decision.partsMissing.some((part) => part.state === 'pending'),
    appliedOffset: decision.appliedOffset,
    inOffset: options.anew ? undefined : inOffsetOf(record),
    openedOffset: decision.openedOffset,
    tombstoneTtlMs,
    lookupTtlMs,
    decision: record.value,
  };
}

/** Undefined of a decision by an older build, which did not say. */
function inOffsetOf({ headers }: BusRecord): bigint | undefined {
  const text = headers[HEADER.inOffset];
  return text === undefined ? undefined : BigInt(Buffer.from(text).toString());
}

const MARK_RECORDS = 500;

/**
 * Reads `decisions` of a partition from an offset to an end and marks all of it. Answers how many were marked.
 * @throws DivergedError where the state cannot be continued.
 */
export async function markToEnd(
  reader: PartitionReader,
  hold: JoinHold,
  partition: number,
  range: { readonly from: bigint; readonly end: bigint },
  options: ReplayOptions,
  signal: AbortSignal,
): Promise<number> {
  const topicPartition: TopicPartition = { topic: TOPIC.decisions, partition };
  let marked = 0;
  let waiting: MarkRecord[] = [];
  const flush = async (decisionsOffset?: bigint): Promise<void> => {
    await hold.mark(waiting, decisionsOffset);
    marked += waiting.length;
    waiting = [];
  };
  if (range.from < range.end) {
    const onRecords = async (records: readonly BusRecord[]): Promise<void> => {
      for (const record of records) {
        const mark = markOf(record, options);
        if (mark) waiting.push(mark);
        if (waiting.length >= MARK_RECORDS) await flush();
      }
    };
    await reader.readToEnd(topicPartition, range.from, onRecords, { end: range.end, signal });
  }
  await flush(range.end);
  return marked;
}

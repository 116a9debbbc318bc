import type { MarkRecord, PutRecord } from './join-store.js';

type Argument = string | Buffer;

/**
 * The arguments of a put for its records: the lines of all of them as one, then each one's payload; an argument costs both sides
 * more than what stands in it. A line is words (kind, version, offset, time, two of the kind's own, bytes of the key and of
 * the kind's own text), then key and text, and behind them the next line, without anything between.
 */
export function putArguments(records: readonly PutRecord[]): Argument[] {
  let lines = '';
  for (const record of records) lines += putLine(record);
  return [lines, ...records.map(({ payload }) => asBuffer(payload))];
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function putLine(record: PutRecord): string {
  switch (record.kind) {
    case 'opened': {
      const { partIds, deadlineMs } = record;
      return lineOf(record, 'O', `${deadlineMs} ${partIds.length}`, partIds.join('\n'));
    }
    case 'embedded':
      return lineOf(record, 'V', `${record.digest} -`, record.partId);
    case 'failed':
      return lineOf(record, 'F', '- -', record.partId);
    case 'erased':
      return lineOf(record, 'E', '- -', '');
    case 'reviewed':
      return lineOf(record, 'R', `${record.revision} -`, '');
    case 'redecide':
      return lineOf(record, 'Q', '- -', '');
  }
}

function lineOf(
  { itemKey, version, offset, timeMs }: PutRecord,
  kind: string,
  own: string,
  text: string,
): string {
  const lengths = `${Buffer.byteLength(itemKey)} ${Buffer.byteLength(text)}`;
  return `${kind} ${version} ${offset} ${timeMs} ${own} ${lengths} ${itemKey}${text}`;
}

/** Flags of a decision as tombstones hold them. */
export function decisionFlags(decision: Pick<MarkRecord, 'status' | 'human' | 'complete'>): string {
  const flags = [
    decision.human ? 'h' : '',
    decision.complete ? 'c' : '',
    decision.status === 'erased' ? 'e' : '',
    decision.status === 'superseded' ? 's' : '',
  ].join('');
  return flags === '' ? '-' : flags;
}

/**
 * The arguments of a mark for its decisions: the lines of all of them as one, then each one's bytes. A line is words (version, revision,
 * flags, applied offset, how long a tombstone and a look-up last, offsets of the state and of the opening or `-`, bytes of
 * the key), then the key, and behind it the next line, without anything between.
 */
export function markArguments(decisions: readonly MarkRecord[]): Argument[] {
  let lines = '';
  for (const decision of decisions) lines += markLine(decision);
  return [lines, ...decisions.map(({ decision }) => asBuffer(decision))];
}

function markLine(record: MarkRecord): string {
  const { itemKey, version, revision, appliedOffset } = record;
  const lasts = `${Math.ceil(record.tombstoneTtlMs)} ${Math.ceil(record.lookupTtlMs)}`;
  const offsets = `${record.inOffset ?? '-'} ${record.openedOffset ?? '-'}`;
  return `${version} ${revision} ${decisionFlags(record)} ${appliedOffset} ${lasts} ${offsets} ${Buffer.byteLength(itemKey)} ${itemKey}`;
}

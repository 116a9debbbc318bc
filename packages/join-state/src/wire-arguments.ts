import type { MarkRecord, PutRecord } from './join-store.js';

type Argument = string | Buffer;

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Two arguments of put for one record: a line of kind, version, offset, time, two words of the kind's own, and the key with its
 * length in bytes before it and a text of the kind's own behind it; then the payload. An argument costs both sides more
 * than what stands in it.
 */
export function putArguments(record: PutRecord): Argument[] {
  const { itemKey, version, offset, timeMs, payload } = record;
  const [kind, a, b, c] = own(record);
  const length = Buffer.byteLength(itemKey);
  return [`${kind} ${version} ${offset} ${timeMs} ${b} ${c} ${length} ${itemKey}${a}`, asBuffer(payload)];
}

function own(record: PutRecord): [kind: string, a: string, b: string, c: string] {
  switch (record.kind) {
    case 'opened':
      return ['O', record.partIds.join('\n'), String(record.deadlineMs), String(record.partIds.length)];
    case 'embedded':
      return ['V', record.partId, record.digest, '-'];
    case 'failed':
      return ['F', record.partId, '-', '-'];
    case 'erased':
      return ['E', '', '-', '-'];
    case 'reviewed':
      return ['R', '', String(record.revision), '-'];
    case 'redecide':
      return ['Q', '', '-', '-'];
  }
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

/** Ten arguments of mark for one decision; the eighth is its bytes. */
export function markArguments(record: MarkRecord): Argument[] {
  return [
    record.itemKey,
    String(record.version),
    String(record.revision),
    decisionFlags(record),
    String(record.appliedOffset),
    String(Math.ceil(record.tombstoneTtlMs)),
    String(Math.ceil(record.lookupTtlMs)),
    asBuffer(record.decision),
    record.inOffset === undefined ? '' : String(record.inOffset),
    record.openedOffset === undefined ? '' : String(record.openedOffset),
  ];
}

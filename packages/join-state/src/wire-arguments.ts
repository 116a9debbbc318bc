import type { MarkRecord, PutRecord } from './join-store.js';

type Argument = string | Buffer;

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Nine arguments of put for one record: kind, key, version, offset, time, three of the kind's own, payload. */
export function putArguments(record: PutRecord): Argument[] {
  const [kind, a, b, c] = own(record);
  return [
    kind,
    record.itemKey,
    String(record.version),
    String(record.offset),
    String(record.timeMs),
    a,
    b,
    c,
    asBuffer(record.payload),
  ];
}

function own(record: PutRecord): [kind: string, a: string, b: string, c: string] {
  switch (record.kind) {
    case 'opened':
      return ['O', record.partIds.join('\n'), String(record.deadlineMs), String(record.partIds.length)];
    case 'embedded':
      return ['V', record.partId, record.digest, ''];
    case 'failed':
      return ['F', record.partId, '', ''];
    case 'erased':
      return ['E', '', '', ''];
    case 'reviewed':
      return ['R', '', String(record.revision), ''];
    case 'redecide':
      return ['Q', '', '', ''];
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

/** Nine arguments of mark for one decision; the eighth is its bytes. */
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
  ];
}

import { describe, expect, it } from 'vitest';
import type { MarkRecord, PutRecord } from './join-store.js';
import { markArguments, putArguments } from './wire-arguments.js';

const at = { version: 3n, timeMs: 1_000 };

describe('arguments', () => {
  it('of a put are the lines of its records, lengths in bytes, and their payloads', () => {
    const records: PutRecord[] = [
      {
        ...at,
        itemKey: 'ä/1',
        offset: 7n,
        payload: Buffer.from('one'),
        kind: 'opened',
        partIds: ['a', 'é'],
        deadlineMs: 5_000,
      },
      {
        ...at,
        itemKey: 'x',
        offset: 8n,
        payload: Buffer.from('two'),
        kind: 'embedded',
        partId: 'é',
        digest: 'd1',
      },
      { ...at, itemKey: 'x', offset: 9n, payload: new Uint8Array(0), kind: 'erased' },
    ];
    const [lines, ...payloads] = putArguments(records);
    expect(lines).toBe('O 3 7 1000 5000 2 4 4 ä/1a\néV 3 8 1000 d1 - 1 2 xéE 3 9 1000 - - 1 0 x');
    expect(payloads).toEqual(['one', 'two', ''].map((text) => Buffer.from(text)));
    expect(putArguments([])).toEqual(['']);
  });

  it('of a mark are the lines of its decisions and their bytes', () => {
    const decision: MarkRecord = {
      itemKey: 'ä/1',
      version: 3n,
      revision: 2,
      status: 'erased',
      human: true,
      complete: false,
      appliedOffset: 9n,
      inOffset: undefined,
      openedOffset: 7n,
      tombstoneTtlMs: 10.5,
      lookupTtlMs: -1,
      decision: Buffer.from('one'),
    };
    const other: MarkRecord = {
      ...decision,
      itemKey: 'x',
      status: 'decided',
      human: false,
      inOffset: 12n,
      openedOffset: undefined,
    };
    expect(markArguments([decision, other])).toEqual([
      '3 2 he 9 11 -1 - 7 4 ä/13 2 - 9 11 -1 12 - 1 x',
      Buffer.from('one'),
      Buffer.from('one'),
    ]);
  });
});

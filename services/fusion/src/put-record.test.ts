import type { BusRecord } from '@tercet/bus';
import { ItemOpened, JoinRecord, PartEmbedded, Review } from '@tercet/contracts';
import { describe, expect, it } from 'vitest';
import { toPutRecord } from './put-record.js';
import { joinRecord, reviewOf } from './simulation/join-records.js';
import { unpackPayload } from './stored-payload.js';

const TRACEPARENT = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
const KEY = 'acme/post';

const busRecord = (value: Uint8Array | undefined, over: Partial<BusRecord> = {}): BusRecord => ({
  topic: 'embeddings',
  partition: 0,
  offset: 41n,
  key: Buffer.from(KEY),
  value,
  headers: { traceparent: Buffer.from(TRACEPARENT) },
  timestampMs: 1_000n,
  ...over,
});

describe('a record of embeddings', () => {
  it('of an opening brings the manifest, the deadline on the broker’s clock and the trace', () => {
    const put = toPutRecord(busRecord(joinRecord.opened(KEY, 3n, ['a', 'b/ocr'], 500)));
    if (typeof put === 'string') throw new Error(put);
    expect(put).toMatchObject({
      kind: 'opened',
      itemKey: KEY,
      version: 3n,
      offset: 41n,
      timeMs: 1_000,
      deadlineMs: 1_500,
      partIds: ['a', 'b/ocr'],
    });
    const stored = unpackPayload(put.payload);
    expect(stored).toMatchObject({ kind: 'opened', offset: 41n });
    expect(stored.trace).toMatchObject({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 });
    expect(ItemOpened.decode(stored.body).parts.map((part) => part.partId)).toEqual(['a', 'b/ocr']);
  });

  it('tells vectors of different models apart, and does not tell those of the same ones', () => {
    const digests = ['m1', 'm2', 'm1'].map((model) => {
      const put = toPutRecord(busRecord(joinRecord.embedded(KEY, 1n, 'a', model)));
      return typeof put !== 'string' && put.kind === 'embedded' ? put.digest : undefined;
    });
    expect(digests[0]).toMatch(/^[0-9a-f]{12}$/);
    expect(digests[2]).toBe(digests[0]);
    expect(digests[1]).not.toBe(digests[0]);
  });

  it('tells sets of models apart, however many there are and in whichever order they come', () => {
    const digestOf = (...models: readonly string[]) => {
      const embeddings = models.map((digest) => ({ model: { name: '', version: '', digest } }));
      const value = PartEmbedded.fromPartial({ partId: 'a', embeddings });
      const body = { $case: 'partEmbedded', value } as const;
      const put = toPutRecord(busRecord(JoinRecord.encode({ itemKey: KEY, version: 1n, body }).finish()));
      return typeof put !== 'string' && put.kind === 'embedded' ? put.digest : undefined;
    };
    const sets = Array.from({ length: 40 }, (_, n) => [`m${n}`, `m${n + 1}`]);
    const digests = sets.map((models) => digestOf(...models));
    expect(new Set(digests).size).toBe(sets.length);
    expect(sets.map(([one = '', other = '']) => digestOf(other, one))).toEqual(digests);
    expect(digestOf('m0')).not.toBe(digestOf('m0', 'm0'));
    expect(digestOf()).toMatch(/^[0-9a-f]{12}$/);
  });

  it('of a review brings the judged revision', () => {
    const put = toPutRecord(busRecord(joinRecord.reviewed(reviewOf(KEY, 1n, 4))));
    expect(put).toMatchObject({ kind: 'reviewed', revision: 4 });
    if (typeof put === 'string') throw new Error(put);
    expect(Review.decode(unpackPayload(put.payload).body).action).toBe('block');
  });

  it.each([
    ['without a value', busRecord(undefined), 'empty_value'],
    ['that is no message', busRecord(Buffer.from([0xff, 0xff, 0xff])), 'undecodable'],
    [
      'without a body',
      busRecord(JoinRecord.encode({ itemKey: KEY, version: 1n, body: undefined }).finish()),
      'undecodable',
    ],
    ['of version 0', busRecord(joinRecord.erased(KEY, 0n)), 'bad_version'],
    ['under another key', busRecord(joinRecord.erased('acme/other', 1n)), 'key_mismatch'],
    ['with a part named twice', busRecord(joinRecord.opened(KEY, 1n, ['a', 'a'], 1)), 'bad_part_id'],
    ['with a line feed in a part id', busRecord(joinRecord.embedded(KEY, 1n, 'a\nb')), 'bad_part_id'],
  ])('%s is named, not thrown', (_, record, reason) => {
    expect(toPutRecord(record)).toBe(reason);
  });
});

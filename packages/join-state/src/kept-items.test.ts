import { expect, it } from 'vitest';
import type { MarkRecord, PutRecord } from './join-store.js';
import { KeptItems } from './kept-items.js';

const record = (itemKey: string, offset: bigint, own: object, bytes = 10): PutRecord =>
  ({
    itemKey,
    version: 1n,
    offset,
    timeMs: 0,
    payload: new Uint8Array(bytes),
    ...own,
  }) as unknown as PutRecord;
const opened = { kind: 'opened', partIds: ['a', 'b'], deadlineMs: 5 };
const vectors = (partId: string) => ({ kind: 'embedded', partId, digest: 'm' });
const failure = (partId: string) => ({ kind: 'failed', partId });
const decided = (itemKey: string, version = 1n) => ({ itemKey, version }) as MarkRecord;

it('keeps what an item was given, vectors in the place of a failure', () => {
  const kept = new KeptItems(10_000, 0n);
  kept.put(
    [
      record('t/1', 3n, opened),
      record('t/1', 4n, failure('a')),
      record('t/1', 5n, failure('b')),
      record('t/1', 6n, vectors('a')),
      record('t/1', 7n, vectors('a')),
      record('t/2', 8n, vectors('a')),
    ],
    ['opened', 'stored', 'completed', 'completed', 'duplicate', 'orphan'],
  );
  const item = kept.get('t/1');
  expect(item).toMatchObject({ version: 1n, openedOffset: 3n, redecide: undefined });
  expect(item?.parts.map(({ kind, partId }) => `${kind} ${partId}`)).toEqual(['failed b', 'embedded a']);
  expect(kept.get('t/2')).toBeUndefined();
});

it('forgets what was decided, and an older version when a newer one is opened', () => {
  const kept = new KeptItems(10_000, 0n);
  kept.put([record('t/1', 0n, opened), record('t/2', 1n, opened)], ['opened', 'opened']);
  kept.put([record('t/2', 2n, { ...opened, version: 2n })], ['opened']);
  kept.mark([decided('t/1'), decided('t/2')]);
  expect(kept.get('t/1')).toBeUndefined();
  expect(kept.get('t/2')).toMatchObject({ version: 2n, openedOffset: 2n });
  expect(kept.low).toBe(0n);
});

it('lets go of the items that have been open for longest, and says from where on all are here', () => {
  const kept = new KeptItems(2_000, 5n);
  expect(kept.low).toBe(5n);
  const put = (itemKey: string, offset: bigint) =>
    kept.put([record(itemKey, offset, opened, 500)], ['opened']);
  put('t/1', 5n);
  put('t/2', 6n);
  expect(kept.low).toBe(5n);
  put('t/3', 7n);
  expect(kept.low).toBe(6n);
  expect(['t/1', 't/2', 't/3'].map((key) => kept.get(key) !== undefined)).toEqual([false, true, true]);
  kept.mark([decided('t/2')]);
  put('t/4', 8n);
  expect(kept.low).toBe(6n);
});

import { expect, it } from 'vitest';
import { aheadItems, hasAheadItems, splitRecords } from './ahead-items.js';
import type { PutRecord } from './join-store.js';
import { KeptItems } from './kept-items.js';

let offset = 0n;
const record = (itemKey: string, own: object, version = 1n): PutRecord => {
  offset += 1n;
  const place = { itemKey, version, offset, timeMs: Number(offset), payload: new Uint8Array(10) };
  return { ...place, ...own } as unknown as PutRecord;
};
const opened = (...partIds: string[]) => ({ kind: 'opened', partIds, deadlineMs: 5 });
const vectors = (partId: string, digest = 'm') => ({ kind: 'embedded', partId, digest });
const failure = (partId: string) => ({ kind: 'failed', partId });
const nothing = () => undefined;
const keys = (records: readonly PutRecord[], kept: Parameters<typeof aheadItems>[1] = nothing) =>
  aheadItems(records, kept).map(({ item, isNew }) => `${item.itemKey} ${isNew ? 'new' : 'kept'}`);

it('finds what is whole among records of several items, as put and take would bring it', () => {
  const records = [
    record('t/1', opened('a', 'b')),
    record('t/2', opened('a')),
    record('t/1', failure('b')),
    record('t/3', opened()),
    record('t/1', vectors('a')),
    record('t/4', vectors('a')),
  ];
  expect(keys(records)).toEqual(['t/1 new', 't/3 new']);
  expect(hasAheadItems(records, nothing)).toBe(true);
  const items = aheadItems(records, nothing).map(({ item }) => item);
  expect(items[0]).toMatchObject({
    complete: true,
    openedOffset: records[0]?.offset,
    lastOffset: records[4]?.offset,
    parts: [
      { partId: 'b', kind: 'failed', digest: '' },
      { partId: 'a', kind: 'embedded', digest: 'm' },
    ],
  });
  const split = splitRecords(records, items);
  expect(split.outcomes).toEqual(['opened', 'stored', 'opened', 'completed']);
  expect(split.rest).toEqual([records[1], records[5]]);
});

it.each<[string, readonly PutRecord[]]>([
  [
    'a second outcome of a part',
    [record('t', opened('a', 'b')), record('t', vectors('a')), record('t', vectors('a', 'n'))],
  ],
  [
    'a part that comes after the last one',
    [record('t', opened('a')), record('t', vectors('a')), record('t', vectors('a'))],
  ],
  [
    'a part that was not announced',
    [record('t', opened('a')), record('t', vectors('x')), record('t', vectors('a'))],
  ],
  ['a part of another version', [record('t', opened('a')), record('t', vectors('a'), 2n)]],
  [
    'a second opening',
    [record('t', opened('a')), record('t', opened('a'), 2n), record('t', vectors('a'), 2n)],
  ],
  ['a redecision', [record('t', opened('a')), record('t', { kind: 'redecide' }), record('t', vectors('a'))]],
  [
    'an erasure behind',
    [record('t', opened('a')), record('t', vectors('a')), record('t', { kind: 'erased' })],
  ],
  [
    'a part before the opening',
    [record('t', vectors('a')), record('t', opened('a')), record('t', vectors('a'))],
  ],
])('leaves an item to the state for %s', (_, records) => {
  expect(keys(records)).toEqual([]);
  expect(hasAheadItems(records, nothing)).toBe(false);
});

it('goes on with what is kept, whose parts may have several vectors', () => {
  const kept = new KeptItems(10_000, 0n);
  const before = [
    record('t/1', opened('a', 'b', 'c')),
    record('t/1', vectors('a')),
    record('t/1', vectors('a', 'n')),
  ];
  kept.put(before, ['opened', 'stored', 'stored']);
  const find = (itemKey: string) => kept.openItem(itemKey);
  expect(keys([record('t/1', vectors('b'))], find)).toEqual([]);
  expect(keys([record('t/1', vectors('b')), record('t/1', vectors('c'))], find)).toEqual(['t/1 kept']);
  expect(
    keys([record('t/1', vectors('a', 'o')), record('t/1', vectors('b')), record('t/1', vectors('c'))], find),
  ).toEqual([]);
  expect(kept.openItem('t/1')?.item).toMatchObject({ complete: false });
  expect(kept.openItem('t/1')?.item.parts).toHaveLength(2);
});

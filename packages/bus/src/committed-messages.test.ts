import fc from 'fast-check';
import { expect, test } from 'vitest';
import { committedMessages, type FetchedMessage, offsetBehind } from './committed-messages.js';

interface Given {
  readonly producer?: string;
  readonly marker?: 'abort' | 'commit';
}

/** A log of one-record batches, offsets from 0. */
function log(rows: readonly Given[]): FetchedMessage[] {
  return rows.map(({ producer = '-1', marker }, offset) => ({
    offset: String(offset),
    key: marker === undefined ? Buffer.from('k') : Buffer.from([0, 0, 0, marker === 'commit' ? 1 : 0]),
    value: Buffer.from('v'),
    timestamp: '0',
    isControlRecord: marker !== undefined,
    batchContext: {
      firstOffset: String(offset),
      lastOffsetDelta: 0,
      producerId: producer,
      inTransaction: producer !== '-1',
    },
  }));
}

const offsets = (messages: readonly FetchedMessage[]) => messages.map(({ offset }) => Number(offset));

test('two transactions that were aborted and began before the fetch are both left out', () => {
  const messages = log([
    { producer: 'a' },
    { producer: 'b' },
    { producer: 'b' },
    { producer: 'a' },
    {},
    { producer: 'a', marker: 'abort' },
    { producer: 'b', marker: 'abort' },
    { producer: 'b' },
    { producer: 'b', marker: 'commit' },
  ]);
  const aborted = [
    { producerId: 'b', firstOffset: '1' },
    { producerId: 'a', firstOffset: '0' },
  ];
  expect(offsets(committedMessages(messages.slice(2), aborted, 2n))).toEqual([4, 7]);
});

test('a record whose key looks like an abort marker is a record', () => {
  const [first] = log([{ producer: 'a' }]);
  const message = { ...(first as FetchedMessage), key: Buffer.from([0, 0, 0, 0]) };
  expect(offsets(committedMessages([message], [], 0n))).toEqual([0]);
});

test('the offset behind the messages passes the gap that compaction left in the last batch', () => {
  const [first] = log([{}]);
  const message = { ...(first as FetchedMessage) };
  expect(offsetBehind([{ ...message, batchContext: { ...message.batchContext, lastOffsetDelta: 4 } }])).toBe(
    5n,
  );
  expect(offsetBehind([])).toBeUndefined();
});

test('from wherever a log is read, what is seen is what its transactions committed', () => {
  const step = fc.record({
    producer: fc.constantFrom('-1', 'a', 'b', 'c'),
    end: fc.constantFrom('none', 'none', 'none', 'abort', 'commit'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(), (steps, at) => {
      // A model of the log: who is open since when, and what each marker settles.
      const rows: Given[] = [];
      const open = new Map<string, number[]>();
      const aborted: { producerId: string; firstOffset: string }[] = [];
      const visible = new Set<number>();
      const settle = (producer: string, marker: 'abort' | 'commit') => {
        const own = open.get(producer);
        if (own === undefined) return;
        open.delete(producer);
        if (marker === 'commit') for (const offset of own) visible.add(offset);
        else aborted.push({ producerId: producer, firstOffset: String(own[0]) });
        rows.push({ producer, marker });
      };
      for (const { producer, end } of steps) {
        if (producer === '-1') {
          visible.add(rows.length);
          rows.push({});
          continue;
        }
        open.set(producer, [...(open.get(producer) ?? []), rows.length]);
        rows.push({ producer });
        if (end !== 'none') settle(producer, end);
      }
      // The broker gives nothing behind the last stable offset; here every transaction is settled.
      for (const producer of [...open.keys()]) settle(producer, 'abort');
      const from = rows.length === 0 ? 0 : at % rows.length;
      const wanted = [...visible].filter((offset) => offset >= from).sort((a, b) => a - b);
      // A fetch lists the aborted transactions that reach into it.
      const markerOf = (row: { producerId: string; firstOffset: string }) =>
        rows.findIndex(
          ({ producer, marker }, offset) =>
            producer === row.producerId && marker === 'abort' && offset > Number(row.firstOffset),
        );
      const listed = aborted.filter((row) => markerOf(row) >= from);
      expect(offsets(committedMessages(log(rows).slice(from), listed, BigInt(from)))).toEqual(wanted);
    }),
  );
});

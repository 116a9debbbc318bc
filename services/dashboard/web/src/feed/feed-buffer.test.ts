import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecisionSummary } from '../../../src/api/decisions.js';
import { append, arrive, EMPTY_FEED, type Feed, release, SHOWN_ROWS, startFeed } from './feed-buffer.js';

// The buffer reads nothing but `seq`.
const row = (seq: number) => ({ seq }) as DecisionSummary;
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => row(from + at));
const seqs = (feed: Feed) => feed.shown.map((one) => one.seq);

describe('while nobody reads', () => {
  it('puts new rows first', () => {
    const feed = arrive(startFeed([row(2), row(1)], null), rows(3, 4), false);
    expect(seqs(feed)).toEqual([4, 3, 2, 1]);
  });

  it('says where older ones begin once the list is full', () => {
    const feed = arrive(EMPTY_FEED, rows(1, SHOWN_ROWS + 5), false);
    expect(feed.shown).toHaveLength(SHOWN_ROWS);
    expect(feed.older).toBe(6);
  });
});

describe('while somebody reads', () => {
  it('leaves the list as it is and counts', () => {
    const before = startFeed([row(1)], null);
    const held = arrive(before, rows(2, 4), true);
    expect(held.shown).toBe(before.shown);
    expect(held.waitingCount).toBe(3);
    expect(seqs(release(held))).toEqual([4, 3, 2, 1]);
  });

  it('starts anew where more came than is kept', () => {
    const held = arrive(startFeed([row(1)], null), rows(2, SHOWN_ROWS + 50), true);
    const feed = release(held);
    expect(feed.shown).toHaveLength(SHOWN_ROWS);
    expect(feed.older).toBe(feed.shown.at(-1)?.seq);
  });
});

it('takes a page of older rows once', () => {
  const feed = append(startFeed([row(9), row(8)], 8), [row(8), row(7)], null);
  expect(seqs(feed)).toEqual([9, 8, 7]);
  expect(feed.older).toBeNull();
});

it('never shows a row twice, out of order, or with a hole', () => {
  const steps = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 5 }), fc.boolean()),
  );
  fc.assert(
    fc.property(steps, (arrivals) => {
      let feed = EMPTY_FEED;
      let newest = 0;
      for (const [count, repeated, held] of arrivals) {
        // A resumed stream repeats its end.
        feed = arrive(feed, rows(Math.max(1, newest + 1 - repeated), newest + count), held);
        newest += count;
        const shown = seqs(feed);
        for (const [at, seq] of shown.slice(1).entries()) expect(seq).toBe((shown[at] ?? 0) - 1);
        if (!held && newest > 0) expect(shown[0]).toBe(newest);
      }
    }),
  );
});

import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { DecisionSummary } from '../api/decisions.js';
import type { EventStream } from '../http/event-stream.js';
import { FeedFanOut } from './feed-fan-out.js';
import { filterShape } from './feed-filter.js';

const any = z.object(filterShape).parse({});
const row = (seq: number, tenant = 'acme') =>
  ({ seq, tenant, modalities: [], missing: [], categories: [], languages: [] }) as unknown as DecisionSummary;
const LIMITS = { maxWaiting: 10, maxBatch: 4, coalesceMs: 1 };

/** A client that takes so many events before its connection is full. */
function client(capacity = Number.POSITIVE_INFINITY) {
  const events: { event: string; data: unknown; id: number | undefined }[] = [];
  let room = capacity;
  let drained: () => void = () => undefined;
  const stream: EventStream = {
    send(event, data, id) {
      events.push({ event, data, id });
      room -= 1;
      return room > 0;
    },
    get isFull() {
      return room <= 0;
    },
    onDrain: (callback) => {
      drained = callback;
    },
    onClose: () => undefined,
    close: () => undefined,
  };
  const drain = (more: number): void => {
    room = more;
    drained();
  };
  const seqs = () =>
    events
      .filter(({ event }) => event === 'decision')
      .flatMap(({ data }) => (data as DecisionSummary[]).map((r) => r.seq));
  return { stream, events, seqs, drain };
}

describe('the feed’s fan-out', () => {
  it('sends each row once, in order, in batches whose id is the last row’s', async () => {
    const fanOut = new FeedFanOut(LIMITS);
    const one = client();
    fanOut.add(one.stream, any, 'all', [row(1), row(2)], 2);
    fanOut.publish([row(2), row(3), row(4), row(5), row(6), row(7)]);
    await vi.waitFor(() => expect(one.seqs()).toEqual([1, 2, 3, 4, 5, 6, 7]));
    expect(one.events.map(({ id }) => id)).toEqual([2, 6, 7]);
  });

  it('keeps what belongs to other tenants from who may not see it', async () => {
    const fanOut = new FeedFanOut(LIMITS);
    const one = client();
    fanOut.add(one.stream, any, ['acme'], [], 0);
    fanOut.publish([row(1, 'globex'), row(2)]);
    await vi.waitFor(() => expect(one.seqs()).toEqual([2]));
  });

  it('waits for a client whose connection is full, and holds no other one up', async () => {
    const fanOut = new FeedFanOut(LIMITS);
    const slow = client(1);
    const quick = client();
    fanOut.add(slow.stream, any, 'all', [row(1)], 1);
    fanOut.add(quick.stream, any, 'all', [row(1)], 1);
    fanOut.publish([row(2), row(3)]);
    await vi.waitFor(() => expect(quick.seqs()).toEqual([1, 2, 3]));
    expect(slow.seqs()).toEqual([1]);
    slow.drain(5);
    expect(slow.seqs()).toEqual([1, 2, 3]);
  });

  it('tells a client that fell too far behind how much it missed, and goes on with the newest', async () => {
    const fanOut = new FeedFanOut(LIMITS);
    const slow = client(1);
    const quick = client();
    fanOut.add(slow.stream, any, 'all', [row(1)], 1);
    fanOut.add(quick.stream, any, 'all', [], 1);
    for (let seq = 2; seq <= 14; seq += 1) fanOut.publish([row(seq)]);
    await vi.waitFor(() => expect(quick.seqs().at(-1)).toBe(14));
    slow.drain(20);
    const behind = slow.events.find(({ event }) => event === 'behind');
    expect(behind).toMatchObject({ data: { skipped: 11 } });
    expect(slow.seqs()).toEqual([1, 13, 14]);
    fanOut.publish([row(15)]);
    await vi.waitFor(() => expect(slow.seqs().at(-1)).toBe(15));
  });
});

import type { Chunk } from '@tercet/bus';
import { describe, expect, it } from 'vitest';
import { Mailbox } from './mailbox.js';
import { systemTime } from './time.js';

const record = (offset: bigint, bytes = 10) => ({
  topic: 'embeddings',
  partition: 0,
  offset,
  timestampMs: 0n,
  key: undefined,
  value: new Uint8Array(bytes),
  headers: {},
});

/** Offsets `from` to `end`, `end` not included. */
const chunk = (from: number, end: number, bytes?: number): Chunk => ({
  topic: 'embeddings',
  partition: 0,
  generation: 1,
  records: Array.from({ length: end - from }, (_, n) => record(BigInt(from + n), bytes)),
  nextOffset: BigInt(end),
  highWatermark: BigInt(end + 5),
  signal: new AbortController().signal,
  heartbeat: async () => undefined,
  commit: async () => undefined,
});

async function settled(promise: Promise<void>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

describe('Mailbox', () => {
  it('gives all chunks that follow each other as one', () => {
    const mailbox = new Mailbox(systemTime);
    expect([mailbox.hasDelivery, mailbox.takeDelivery()]).toEqual([false, undefined]);
    for (const [from, end] of [
      [0, 2],
      [2, 3],
      [3, 3],
      [3, 7],
    ] as const)
      void mailbox.deliver(chunk(from, end));
    expect([mailbox.hasDelivery, mailbox.waitingRecords]).toEqual([true, 7]);
    const taken = mailbox.takeDelivery();
    expect(taken?.records.map(({ offset }) => Number(offset))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([taken?.nextOffset, taken?.highWatermark]).toEqual([7n, 12n]);
    expect([mailbox.hasDelivery, mailbox.takeDelivery()]).toEqual([false, undefined]);
  });

  it('gives what lies behind a gap on its own', () => {
    const mailbox = new Mailbox(systemTime);
    for (const [from, end] of [
      [0, 2],
      [5, 6],
      [6, 8],
    ] as const)
      void mailbox.deliver(chunk(from, end));
    expect(mailbox.takeDelivery()?.nextOffset).toBe(2n);
    expect(mailbox.takeDelivery()).toMatchObject({ nextOffset: 8n, records: [{ offset: 5n }, {}, {}] });
  });

  it('holds the consumer up while much waits, and lets it go when that is taken or dropped', async () => {
    const mailbox = new Mailbox(systemTime);
    const first = mailbox.deliver(chunk(0, 2, 300_000));
    const second = mailbox.deliver(chunk(2, 3, 300_000));
    expect([await settled(first), await settled(second)]).toEqual([false, false]);
    mailbox.takeDelivery();
    await Promise.all([first, second]);
    expect(await settled(mailbox.deliver(chunk(3, 4, 300_000)))).toBe(true);
    const third = mailbox.deliver(chunk(4, 6, 300_000));
    mailbox.clear();
    await third;
    expect(mailbox.hasDelivery).toBe(false);
  });

  it('keeps the latest idle round until it is taken', () => {
    const mailbox = new Mailbox(systemTime);
    mailbox.idle(5);
    mailbox.idle(9);
    expect([mailbox.hasIdle, mailbox.takeIdle(), mailbox.hasIdle, mailbox.takeIdle()]).toEqual([
      true,
      9,
      false,
      undefined,
    ]);
  });
});

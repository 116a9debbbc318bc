import type { BusProducer, OutgoingRecord } from '@tercet/bus';
import { UnavailableError } from '@tercet/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Publisher, sendsOf } from './publisher.js';

const record = (bytes: number): OutgoingRecord => ({ topic: 't', key: 'k', value: new Uint8Array(bytes) });

describe('sendsOf', () => {
  it('keeps every record, its order and the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4000), { maxLength: 60 }), (sizes) => {
        const records = sizes.map(record);
        const sends = sendsOf(records, 5000);
        expect(sends.flat()).toEqual(records);
        for (const send of sends) {
          const bytes = send.reduce((sum, one) => sum + (one.value?.length ?? 0) + 512, 0);
          expect(send.length === 1 || bytes <= 5000).toBe(true);
        }
      }),
    );
  });
});

describe('Publisher', () => {
  it('replaces its producer after a rejected send, once', async () => {
    const made: { disposed: boolean }[] = [];
    const producer = async (): Promise<BusProducer> => {
      const state = { disposed: false };
      const first = made.push(state) === 1;
      return {
        send: async (records) => {
          if (first) throw new UnavailableError('broker_unavailable');
          return records.map(() => ({ partition: 0, offset: 0n, appendTimeMs: 5n }));
        },
        [Symbol.asyncDispose]: async () => {
          state.disposed = true;
        },
      };
    };
    const publisher = new Publisher({ producer });
    const progress = async () => undefined;
    await expect(publisher.send([record(1)], progress)).rejects.toMatchObject({ kind: 'Unavailable' });
    expect(await publisher.send([record(1), record(2)], progress)).toHaveLength(2);
    expect(made.map((one) => one.disposed)).toEqual([true, false]);
    await publisher[Symbol.asyncDispose]();
    expect(made.map((one) => one.disposed)).toEqual([true, true]);
  });
});

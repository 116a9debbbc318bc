import type { Appended, BusProducer, OutgoingRecord } from '@tercet/bus';
import { BugError, UnavailableError } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import { Publisher } from './publisher.js';

const record = (key: string, bytes = 1): OutgoingRecord => ({
  topic: 'embeddings',
  key,
  value: new Uint8Array(bytes),
});

/** A bus whose producers do as the script says, send by send; beyond it every send succeeds. */
function scripted(script: (Error | undefined)[]) {
  const sends: string[][] = [];
  let producers = 0;
  let disposed = 0;
  const producer = async (): Promise<BusProducer> => {
    producers += 1;
    return {
      send: async (records): Promise<Appended[]> => {
        sends.push(records.map(({ key }) => key));
        const error = script.shift();
        if (error) throw error;
        return [];
      },
      [Symbol.asyncDispose]: async () => {
        disposed += 1;
      },
    };
  };
  return { bus: { producer }, sends, count: () => ({ producers, disposed }) };
}

const backoff = (signal = new AbortController().signal) => ({ initialMs: 1, maxMs: 2, signal });

describe('Publisher', () => {
  it('sends together what came together', async () => {
    const { bus, sends } = scripted([]);
    const publisher = new Publisher(bus, backoff());
    await Promise.all(['a', 'b', 'c'].map((key) => publisher.publish(record(key))));
    await publisher.publish(record('d'));
    expect(sends).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('cuts sends by size; one record above it travels alone', async () => {
    const { bus, sends } = scripted([]);
    const publisher = new Publisher(bus, backoff());
    const sizes = [400_000, 300_000, 200_000, 2_000_000, 1];
    await Promise.all(sizes.map((bytes, index) => publisher.publish(record(`${index}`, bytes))));
    expect(sends).toEqual([['0', '1'], ['2'], ['3'], ['4']]);
  });

  it('repeats a rejected send with another producer', async () => {
    const { bus, sends, count } = scripted([
      new UnavailableError('broker_unavailable'),
      new UnavailableError('fenced'),
    ]);
    const publisher = new Publisher(bus, backoff());
    await publisher.publish(record('a'));
    expect(sends).toEqual([['a'], ['a'], ['a']]);
    expect(count()).toEqual({ producers: 3, disposed: 2 });
    await publisher[Symbol.asyncDispose]();
    expect(count()).toEqual({ producers: 3, disposed: 3 });
  });

  it('hands a bug to those whose records it met, and goes on', async () => {
    const { bus } = scripted([new BugError('a record that no broker takes')]);
    const publisher = new Publisher(bus, backoff());
    await expect(publisher.publish(record('a'))).rejects.toMatchObject({ kind: 'Bug' });
    await publisher.publish(record('b'));
  });

  it('gives up when it is told to', async () => {
    const giveUp = new AbortController();
    const { bus } = scripted(Array.from({ length: 1000 }, () => new UnavailableError('broker_unavailable')));
    const publisher = new Publisher(bus, { ...backoff(giveUp.signal), onRetry: () => giveUp.abort() });
    await expect(publisher.publish(record('a'))).rejects.toMatchObject({ code: 'broker_unavailable' });
  });
});

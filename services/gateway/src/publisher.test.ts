import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { BusProducer, OutgoingRecord } from '@tercet/bus';
import { UnavailableError } from '@tercet/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { Publisher } from './publisher.js';

const record = (key: string, bytes = 1): OutgoingRecord => ({
  topic: 't',
  key,
  value: new Uint8Array(bytes),
});

/** A bus whose sends are answered one by one, by hand. */
function handMade() {
  const sends: { keys: string[]; traces: string[]; resolve: () => void; reject: (error: Error) => void }[] =
    [];
  let made = 0;
  let disposed = 0;
  let offset = 0n;
  const producer = async (): Promise<BusProducer> => {
    made += 1;
    return {
      send: (records) =>
        new Promise((resolve, reject) => {
          const appended = records.map(() => ({ partition: 0, offset: offset++, appendTimeMs: undefined }));
          sends.push({
            keys: records.map((one) => one.key),
            traces: records.map((one) => String(one.headers?.['traceparent']).slice(3, 35)),
            resolve: () => resolve(appended),
            reject,
          });
        }),
      [Symbol.asyncDispose]: async () => {
        disposed += 1;
      },
    };
  };
  const sendNumber = async (n: number) => {
    await expect.poll(() => sends.length, { timeout: 10_000 }).toBeGreaterThan(n);
    const send = sends[n];
    if (!send) throw new Error('no such send');
    return send;
  };
  return { producer, sendNumber, figures: () => ({ made, disposed, sends: sends.length }) };
}

const limits = { maxQueued: 4, sendTimeoutMs: 60_000 };

describe('Publisher', () => {
  afterEach(() => {
    context.disable();
    propagation.disable();
  });

  it('sends together what came while a send was under way, and answers each', async () => {
    const bus = handMade();
    const publisher = new Publisher(bus, limits);
    const first = publisher.send(record('a'));
    const send = await bus.sendNumber(0);
    const rest = [publisher.send(record('b')), publisher.send(record('c'))];
    send.resolve();
    expect((await first).offset).toBe(0n);
    const second = await bus.sendNumber(1);
    expect(second.keys).toEqual(['b', 'c']);
    second.resolve();
    expect((await Promise.all(rest)).map((one) => one.offset)).toEqual([1n, 2n]);
    await publisher[Symbol.asyncDispose]();
    expect(bus.figures()).toEqual({ made: 1, disposed: 1, sends: 2 });
  });

  it('keeps a large record from the others’ batch', async () => {
    const bus = handMade();
    const publisher = new Publisher(bus, limits);
    const all = [publisher.send(record('a'))];
    const first = await bus.sendNumber(0);
    all.push(
      publisher.send(record('b')),
      publisher.send(record('big', 2_000_000)),
      publisher.send(record('c')),
    );
    first.resolve();
    for (const [n, keys] of [['b'], ['big'], ['c']].entries()) {
      const send = await bus.sendNumber(n + 1);
      expect(send.keys).toEqual(keys);
      send.resolve();
    }
    await Promise.all(all);
  });

  it('replaces its producer after a failed send', async () => {
    const bus = handMade();
    const publisher = new Publisher(bus, limits);
    const failing = publisher.send(record('a'));
    (await bus.sendNumber(0)).reject(new UnavailableError('fenced'));
    await expect(failing).rejects.toMatchObject({ code: 'fenced' });
    const next = publisher.send(record('b'));
    (await bus.sendNumber(1)).resolve();
    await next;
    expect(bus.figures()).toMatchObject({ made: 2, disposed: 1 });
  });

  it('gives a send up after its time, and a connection too', async () => {
    const slow = handMade();
    const late = new Publisher(slow, { ...limits, sendTimeoutMs: 20 });
    await expect(late.send(record('a'))).rejects.toMatchObject({ code: 'broker_unavailable' });
    await expect.poll(() => slow.figures(), { timeout: 10_000 }).toMatchObject({ made: 1, disposed: 1 });
    const nowhere = new Publisher(
      { producer: () => new Promise(() => undefined) },
      { ...limits, sendTimeoutMs: 20 },
    );
    await expect(nowhere.send(record('a'))).rejects.toMatchObject({ code: 'broker_unavailable' });
  });

  it('lets each record carry the trace of its own call', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const bus = handMade();
    const publisher = new Publisher(bus, limits);
    const sendUnder = (traceId: string) => {
      const span = trace.wrapSpanContext({ traceId, spanId: 'b'.repeat(16), traceFlags: 1 });
      return context.with(trace.setSpan(ROOT_CONTEXT, span), () => publisher.send(record(traceId)));
    };
    const ids = ['1', '2', '3'].map((digit) => digit.repeat(32));
    const all = ids.map(sendUnder);
    const traces: string[] = [];
    for (let n = 0; traces.length < ids.length; n += 1) {
      const send = await bus.sendNumber(n);
      traces.push(...send.traces);
      send.resolve();
    }
    await Promise.all(all);
    expect(traces).toEqual(ids);
  });

  it('is bounded', async () => {
    const bus = handMade();
    const publisher = new Publisher(bus, { ...limits, maxQueued: 1 });
    const first = publisher.send(record('a'));
    const send = await bus.sendNumber(0);
    const second = publisher.send(record('b'));
    await expect(publisher.send(record('c'))).rejects.toMatchObject({ code: 'overloaded' });
    send.resolve();
    (await bus.sendNumber(1)).resolve();
    await Promise.all([first, second]);
  });
});

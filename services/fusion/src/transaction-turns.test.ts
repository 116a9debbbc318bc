import { describe, expect, it } from 'vitest';
import { TransactionTurns } from './transaction-turns.js';

/** Timers that a test lets run out. */
function manualTime() {
  const timers = new Set<() => void>();
  return {
    after: (_delayMs: number, callback: () => void) => {
      timers.add(callback);
      return () => void timers.delete(callback);
    },
    runOut: () => {
      for (const timer of [...timers]) timer();
    },
    pending: () => timers.size,
  };
}

describe('TransactionTurns', () => {
  it('lets so many go at once, the others in the order in which they asked', async () => {
    const turns = new TransactionTurns(2, 100, manualTime());
    const order: string[] = [];
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => {
      const turn = turns.ask(() => undefined);
      void turn.begun.then(() => order.push(name));
      return turn;
    });
    await b?.begun;
    expect(order).toEqual(['a', 'b']);
    expect([a?.isOn, b?.isOn, c?.isOn, d?.isOn]).toEqual([true, true, false, false]);
    b?.end();
    await c?.begun;
    expect(order).toEqual(['a', 'b', 'c']);
    a?.end();
    await d?.begun;
    expect(order).toEqual(['a', 'b', 'c', 'd']);
  });

  it('says who comes next, also where somebody before gives up', () => {
    const turns = new TransactionTurns(1, 100, manualTime());
    const moved: string[] = [];
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => turns.ask(() => moved.push(name)));
    const near = () => [a, b, c, d].map((turn) => turn?.isNear);
    expect(near()).toEqual([true, true, false, false]);
    b?.end();
    expect(near()).toEqual([true, false, true, false]);
    a?.end();
    expect(near()).toEqual([false, false, true, true]);
    // Each is told that it is near, and that it is on.
    expect(moved).toEqual(['a', 'b', 'c', 'c', 'd']);
  });

  it('counts an ended turn once, however often it is ended', () => {
    const time = manualTime();
    const turns = new TransactionTurns(1, 100, time);
    const first = turns.ask(() => undefined);
    first.end();
    first.end();
    const second = turns.ask(() => undefined);
    const third = turns.ask(() => undefined);
    expect([second.isOn, third.isOn]).toEqual([true, false]);
    second.end();
    third.end();
    expect(time.pending()).toBe(0);
  });

  it('forgets who gives up before its turn', () => {
    const turns = new TransactionTurns(1, 100, manualTime());
    const first = turns.ask(() => undefined);
    const second = turns.ask(() => undefined);
    const third = turns.ask(() => undefined);
    second.end();
    first.end();
    expect([second.isOn, third.isOn]).toEqual([false, true]);
  });

  it('does not let a slow one hold up the others beyond its patience', () => {
    const time = manualTime();
    const turns = new TransactionTurns(1, 100, time);
    const slow = turns.ask(() => undefined);
    const next = turns.ask(() => undefined);
    time.runOut();
    expect([slow.isOn, next.isOn]).toEqual([true, true]);
    // Its late end frees nothing a second time.
    slow.end();
    expect(turns.ask(() => undefined).isOn).toBe(false);
  });
});

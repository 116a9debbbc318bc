import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { closedLoop, dueAt, openLoop } from './open-loop.js';

describe('dueAt', () => {
  it.each([
    [0, 10, 1],
    [99, 10, 1],
    [100, 10, 2],
    [1000, 10, 11],
    [1500, 2, 4],
  ])('after %d ms at %d a second: %d', (elapsedMs, perSecond, due) => {
    expect(dueAt(elapsedMs, perSecond)).toBe(due);
  });
});

describe('openLoop', () => {
  it('begins everything though nothing ends, and counts from the intended start', async () => {
    let begun = 0;
    let release = (): void => undefined;
    const stall = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = openLoop({ perSecond: 200, seconds: 0.2 }, () => {
      begun += 1;
      if (begun === 40) void delay(50).then(release);
      return stall;
    });
    const { latenciesMs, failures } = await running;
    expect(begun).toBe(40);
    expect(failures).toBe(0);
    expect(latenciesMs).toHaveLength(40);
    // The first waited through the whole stall, the last only for its end.
    expect(Math.max(...latenciesMs)).toBeGreaterThan(Math.min(...latenciesMs) + 100);
  });

  it('counts what fails', async () => {
    const { latenciesMs, failures } = await openLoop({ perSecond: 500, seconds: 0.1 }, async (index) => {
      if (index % 2 === 0) throw new RangeError('no');
    });
    expect([latenciesMs.length, failures]).toEqual([25, 25]);
  });
});

describe('closedLoop', () => {
  it('never has more under way than it may', async () => {
    let underWay = 0;
    let most = 0;
    const { count, seconds } = await closedLoop({ concurrency: 3, seconds: 0.1 }, async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await delay(2);
      underWay -= 1;
    });
    expect(most).toBe(3);
    expect(count).toBeGreaterThan(3);
    expect(seconds).toBeGreaterThanOrEqual(0.1);
  });
});

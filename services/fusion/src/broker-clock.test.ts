import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BrokerClock } from './broker-clock.js';

it('is never ahead of the broker, whatever the skew and however late records are received', () => {
  const observation = fc.record({
    at: fc.integer({ min: 0, max: 500_000 }),
    delayMs: fc.integer({ min: 0, max: 90_000 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: -200, max: 5_000 }), fc.array(observation), (skewMs, seen) => {
      const clock = new BrokerClock(200);
      const inOrder = seen.sort((a, b) => a.at - b.at);
      for (const { at, delayMs } of inOrder) clock.observe(at - delayMs + skewMs, at);
      const now = (inOrder.at(-1)?.at ?? 0) + 10;
      expect(clock.at(now)).toBeLessThanOrEqual(now + skewMs);
    }),
  );
});

it('old records alone do not hold it back by more than the trusted skew', () => {
  const clock = new BrokerClock(200);
  clock.observe(1_000, 3_600_000);
  expect(clock.at(3_600_000)).toBe(3_599_800);
});

it('follows a clock that was set back, once the window is over', () => {
  const clock = new BrokerClock(10_000, 1_000);
  clock.observe(5_000, 5_000);
  clock.observe(6_500, 6_500);
  // Ours jumped ahead by 4 s: the broker's clock shows 4 s less.
  clock.observe(7_600, 11_600);
  clock.observe(8_700, 12_700);
  expect(clock.at(12_700)).toBe(8_700);
});

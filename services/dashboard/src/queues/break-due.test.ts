import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakUntil, type WorkSpell } from './break-due.js';

const MINUTE = 60_000;
const NOW = 1_000_000_000;
const none = { maxCasesPerHour: 0, breakAfterMinutes: 0, breakMinutes: 10 };
const spell = (fromMinutes: number, toMinutes: number | null, reviewed = true): WorkSpell => ({
  startMs: NOW - fromMinutes * MINUTE,
  endMs: toMinutes === null ? null : NOW - toMinutes * MINUTE,
  reviewed,
});

describe('a break', () => {
  it('is never due without limits', () => {
    expect(breakUntil([spell(600, 1)], none, NOW)).toBeNull();
  });

  it('is due once the cases of an hour are used up, until the oldest of them is an hour old', () => {
    const settings = { ...none, maxCasesPerHour: 2 };
    expect(breakUntil([spell(50, 40), spell(30, 20)], settings, NOW)).toBe(NOW + 20 * MINUTE);
    expect(breakUntil([spell(80, 70), spell(30, 20)], settings, NOW)).toBeNull();
    expect(breakUntil([spell(50, 40), spell(30, 20, false)], settings, NOW)).toBeNull();
  });

  it('is due after so long a stretch, and over once it was as long as a break', () => {
    const settings = { ...none, breakAfterMinutes: 60 };
    const stretch = [spell(75, 40), spell(38, 5)];
    expect(breakUntil(stretch, settings, NOW)).toBe(NOW + 5 * MINUTE);
    expect(breakUntil([spell(75, 40), spell(25, 5)], settings, NOW)).toBeNull();
    expect(breakUntil([spell(90, null)], settings, NOW)).toBe(NOW + 10 * MINUTE);
  });

  it('is never due to somebody who has rested for its length', () => {
    const spells = fc.array(fc.tuple(fc.integer({ min: 11, max: 600 }), fc.integer({ min: 0, max: 300 })));
    fc.assert(
      fc.property(spells, (pairs) => {
        const worked = pairs.map(([end, length]) => spell(end + length, end));
        const until = breakUntil(worked, { ...none, breakAfterMinutes: 30 }, NOW);
        return until === null || until <= NOW;
      }),
    );
  });
});

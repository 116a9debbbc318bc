import { expect, it } from 'vitest';
import { backlogAt, impliedSeconds, recoverySeconds } from './recovery.js';

const journeys = [
  { intendedMs: 0, seenMs: 50 },
  { intendedMs: 100, seenMs: 900 },
  { intendedMs: 200, seenMs: 1500 },
  { intendedMs: 1000, seenMs: 1100 },
];

it('counts what is under way at a moment', () => {
  expect([0, 60, 150, 1000, 2000].map((atMs) => backlogAt(journeys, atMs))).toEqual([1, 0, 1, 2, 0]);
});

it('takes as long as the last decision', () => {
  expect(recoverySeconds(journeys, 1000)).toBe(0.5);
  expect(recoverySeconds([], 1000)).toBe(0);
  expect(impliedSeconds(120, 60)).toBe(2);
});

import { expect, it } from 'vitest';
import { committedAt, faultWindows, isTouched, lateWithoutCause } from './lateness.js';
import type { Completion } from './ledger.js';

const done = (lastPartMs: number, decidedMs: number, partition = 0): Completion => ({
  id: `${lastPartMs}`,
  partition,
  openedMs: lastPartMs,
  lastPartMs,
  decidedMs,
});
const fault = { startedMs: 10_000, endedMs: 12_000, recoveredMs: 15_000 };

it('explains a delay that meets the time between a fault and its recovery', () => {
  const windows = faultWindows([fault], []);
  expect(windows).toEqual([{ fromMs: 10_000, untilMs: 17_000 }]);
  expect(isTouched(windows, 8000, 10_000)).toBe(true);
  expect(isTouched(windows, 8000, 9999)).toBe(false);
  expect(isTouched(windows, 17_001, 20_000)).toBe(false);
});

it('explains the backlog of what was opened meanwhile, and no more', () => {
  const backlog = [done(16_500, 18_900), done(18_000, 20_500), done(20_400, 22_800)];
  const later = done(23_000, 25_500);
  const all = [...backlog, later];
  const windows = faultWindows([fault], all);
  expect(windows[0]?.untilMs).toBe(22_800);
  expect(lateWithoutCause(all, windows)).toEqual([later]);
});

it('explains an item that was under way, wherever it waited', () => {
  const encodedLate = { ...done(19_000, 20_500), openedMs: 16_000 };
  const encodedInTime = { ...done(19_000, 20_500), openedMs: 18_700 };
  const windows = faultWindows([fault], []);
  expect(lateWithoutCause([encodedLate, encodedInTime], windows)).toEqual([encodedInTime]);
});

it('explains no backlog that does not end', () => {
  const endless = Array.from({ length: 60 }, (_, n) => done(16_000 + n * 1000, 18_500 + n * 1000));
  const windows = faultWindows([fault], endless);
  expect(windows[0]?.untilMs).toBe(35_000);
  expect(lateWithoutCause(endless, windows).length).toBeGreaterThan(0);
});

it('explains everything after a fault that was not seen to recover', () => {
  const windows = faultWindows([{ ...fault, recoveredMs: undefined }], []);
  expect(isTouched(windows, 1e9, 1e9)).toBe(true);
});

it('calls late what took more than a second, where nothing explains it', () => {
  expect(lateWithoutCause([done(0, 1000), done(0, 1001)], [])).toEqual([done(0, 1001)]);
});

it('finds the commit that a decision went out with', () => {
  const commit = (partition: number, askedMs: number) => ({
    transactionalId: `fusion-${partition}`,
    askedMs,
    acknowledgedMs: askedMs + 5,
  });
  const commits = [commit(1, 150), commit(0, 300), commit(0, 100), commit(0, 200)];
  const items = [done(0, 90), done(0, 100), done(0, 101), done(0, 140, 1), done(0, 301), done(0, 1, 7)];
  expect(committedAt(items, commits)).toEqual([105, 105, 205, 155, undefined, undefined]);
});

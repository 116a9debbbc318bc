import type { UnavailableError } from '@tercet/kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Watchdog } from './watchdog.js';

const LIMIT_MS = 60_000;

let now = 0;
let unservedSinceMs: number | undefined;
let alarms: UnavailableError[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  now = 0;
  unservedSinceMs = undefined;
  alarms = [];
});
afterEach(() => vi.useRealTimers());

const started = () =>
  new Watchdog({
    limitMs: LIMIT_MS,
    unservedSinceMs: () => unservedSinceMs,
    onSilence: (error) => alarms.push(error),
    nowMs: () => now,
  });

function pass(ms: number, each: () => void = () => undefined): void {
  for (let left = ms; left > 0; left -= 1_000) {
    now += 1_000;
    each();
    vi.advanceTimersByTime(1_000);
  }
}

test('a consumer without a heartbeat or a fetch is given up after the limit', () => {
  const watchdog = started();
  pass(LIMIT_MS, () => watchdog.fetched());
  expect(alarms).toEqual([]);
  pass(2_000, () => watchdog.fetched());
  expect(alarms).toHaveLength(1);
});

test('one partition that is not fetched is a silence too, whatever becomes of the others', () => {
  const watchdog = started();
  const lively = () => {
    watchdog.heartbeat();
    watchdog.fetched();
  };
  pass(5_000, lively);
  expect(watchdog.vitals()).toEqual({ sinceHeartbeatMs: 0, sinceFetchMs: 0 });
  unservedSinceMs = now;
  pass(LIMIT_MS, lively);
  expect(alarms).toEqual([]);
  pass(2_000, lively);
  expect(alarms).toHaveLength(1);
});

test('a process that stood still itself gives the others the limit once more', () => {
  const watchdog = started();
  pass(10_000, () => watchdog.heartbeat());
  unservedSinceMs = now;
  now += 10 * LIMIT_MS;
  vi.advanceTimersByTime(1_000);
  expect(watchdog.vitals()).toEqual({ sinceHeartbeatMs: 0, sinceFetchMs: 0 });
  pass(LIMIT_MS);
  expect(alarms).toEqual([]);
  pass(2_000);
  expect(alarms).toHaveLength(1);
});

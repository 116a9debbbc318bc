import { silentLogger } from '@tercet/kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AssignmentLanes, type FetchControl } from './assignment-lanes.js';

const one = { topic: 'in', partition: 0 };
const other = { topic: 'in', partition: 1 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const SILENT: FetchControl = { pause: () => undefined, resume: () => undefined };

function lanes(control = SILENT): AssignmentLanes {
  const options = {
    groupId: 'g',
    topics: ['in'],
    onChunk: async () => undefined,
    sessionTimeoutMs: 6_000,
    maxBytesPerPartition: 1,
    maxWaitMs: 1,
  };
  const made = new AssignmentLanes(options, control, silentLogger(), () => undefined);
  made.begin([one, other]);
  made.open();
  return made;
}

/** How long some partition has waited, after each second of which a fetch answered for one. */
function waited(made: AssignmentLanes, seconds: number): number {
  for (let second = 0; second < seconds; second += 1) {
    vi.advanceTimersByTime(1_000);
    made.idle(one, 0);
  }
  return performance.now() - (made.unservedSinceMs() ?? performance.now());
}

test('a partition that is fetched and left out waits, whatever the other gets', () => {
  const made = lanes();
  expect(waited(made, 5)).toBe(5_000);
  made.idle(other, 0);
  expect(waited(made, 0)).toBe(0);
});

test('one that is paused waits for nothing', () => {
  const made = lanes();
  made.setPaused([other], true);
  expect(waited(made, 5)).toBe(0);
});

test('one whose seek has not taken effect waits, though it is fetched', () => {
  const made = lanes();
  made.seek(one, 7n);
  made.setPaused([other], true);
  expect(waited(made, 5)).toBe(5_000);
  made.fetchFrom(one, 7n);
  expect(waited(made, 1)).toBe(0);
});

test('all wait while the group is joined anew', () => {
  const made = lanes();
  vi.advanceTimersByTime(1_000);
  made.end();
  expect(waited(made, 5)).toBe(5_000);
  made.begin([one]);
  made.open();
  expect(waited(made, 1)).toBe(0);
});

test('once its generation is over, a seek or a pause is refused without a word to the client', () => {
  const told: string[] = [];
  const made = lanes({ pause: () => told.push('pause'), resume: () => told.push('resume') });
  told.length = 0;
  made.end();
  expect(made.seek(one, 7n)).toBe(false);
  made.setPaused([one], true);
  made.setPaused([one], false);
  expect(told).toEqual([]);
});

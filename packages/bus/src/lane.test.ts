import { UnavailableError } from '@tercet/kit';
import { expect, test, vi } from 'vitest';
import { Lane } from './lane.js';
import type { Chunk } from './port.js';

const chunk = (offset: number) => ({ topic: 't', partition: 0, nextOffset: BigInt(offset) }) as Chunk;

function laneOf(onChunk: (chunk: Chunk) => Promise<void>, after = Promise.resolve()) {
  const failures: Error[] = [];
  const lane = new Lane({
    onChunk,
    onProgress: () => undefined,
    onFailure: (error) => void failures.push(error),
    onRetry: () => undefined,
    retryInitialMs: 1,
    retryMaxMs: 4,
    after,
  });
  return { lane, failures };
}

test('chunks go one at a time, in order, and only while the lane is not paused', async () => {
  const events: string[] = [];
  const { lane } = laneOf(async ({ nextOffset }) => {
    events.push(`start ${nextOffset}`);
    await Promise.resolve();
    events.push(`end ${nextOffset}`);
  });
  lane.push(chunk(1));
  lane.push(chunk(2));
  expect(lane.backlog).toBe(2);
  expect(events).toEqual([]);
  lane.resume();
  await vi.waitFor(() => expect(lane.backlog).toBe(0));
  expect(events).toEqual(['start 1', 'end 1', 'start 2', 'end 2']);
});

test('a lane waits for the chunk of the lane before it', async () => {
  let release = () => {};
  const before = new Promise<void>((resolve) => {
    release = resolve;
  });
  const seen: bigint[] = [];
  const { lane } = laneOf(async ({ nextOffset }) => void seen.push(nextOffset), before);
  lane.resume();
  lane.push(chunk(1));
  await Promise.resolve();
  expect(seen).toEqual([]);
  release();
  await vi.waitFor(() => expect(seen).toEqual([1n]));
});

test('an unavailable dependency is waited for with the same chunk', async () => {
  let attempts = 0;
  const { lane, failures } = laneOf(async () => {
    attempts += 1;
    if (attempts < 4) throw new UnavailableError('redis_unavailable');
  });
  lane.resume();
  lane.push(chunk(1));
  await vi.waitFor(() => expect(lane.backlog).toBe(0));
  expect(attempts).toBe(4);
  expect(failures).toEqual([]);
});

test('any other rejection ends the consumer', async () => {
  const { lane, failures } = laneOf(async () => {
    throw new RangeError('oops');
  });
  lane.resume();
  lane.push(chunk(1));
  await vi.waitFor(() => expect(failures).toHaveLength(1));
  expect(failures[0]).toMatchObject({ kind: 'Bug' });
});

test('a closed lane delivers nothing more, and its signal tells the handler', async () => {
  let attempts = 0;
  const { lane } = laneOf(async () => {
    attempts += 1;
    throw new UnavailableError('redis_unavailable');
  });
  lane.resume();
  lane.push(chunk(1));
  lane.push(chunk(2));
  await vi.waitFor(() => expect(attempts).toBeGreaterThan(1));
  lane.close();
  expect(lane.signal.aborted).toBe(true);
  await lane.settled;
  const after = attempts;
  lane.push(chunk(3));
  lane.resume();
  await lane.settled;
  expect(attempts).toBe(after);
});

import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { kafkajsRequestQueue, quietRequestQueue, type RequestQueueClass } from './quiet-request-queue.js';

interface Queue {
  pending: unknown[];
  push(request: object): void;
  fulfillRequest(answer: object): void;
  maybeThrottle(ms: number): void;
  destroy(): void;
}

/** The class as kafkajs ships it, whatever was done to the one that is loaded. */
function pristine(): RequestQueueClass {
  const require = createRequire(import.meta.url);
  const file = require.resolve('kafkajs/src/network/requestQueue');
  const loaded = require.cache[file];
  delete require.cache[file];
  try {
    return kafkajsRequestQueue();
  } finally {
    if (loaded) require.cache[file] = loaded;
    else delete require.cache[file];
  }
}

const logger = { debug: () => undefined, warn: () => undefined };

function queueOf(found: RequestQueueClass): Queue {
  const Made = found as unknown as new (options: object) => Queue;
  return new Made({ maxInFlightRequests: 1, requestTimeout: 1_000, clientId: 'x', broker: 'y', logger });
}

function request(correlationId: number, sent: number[]) {
  const entry = { correlationId, resolve: () => undefined, reject: () => undefined, apiName: 'Fetch' };
  return { entry, expectResponse: true, sendRequest: () => sent.push(correlationId) };
}

const answer = (correlationId: number) => ({ correlationId, size: 0, payload: Buffer.alloc(0) });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('sets no timer where nothing waits, as kafkajs alone does for ever', () => {
  const found = pristine();
  const shipped = queueOf(found);
  shipped.push(request(1, []));
  shipped.fulfillRequest(answer(1));
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(1);
  shipped.destroy();

  quietRequestQueue(found);
  const queue = queueOf(found);
  queue.push(request(1, []));
  queue.fulfillRequest(answer(1));
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
});

it('sends what waits for an answer, and what waits for a throttled broker', () => {
  const found = pristine();
  quietRequestQueue(found);
  const queue = queueOf(found);
  const sent: number[] = [];
  queue.push(request(1, sent));
  queue.push(request(2, sent));
  expect(sent).toEqual([1]);
  queue.fulfillRequest(answer(1));
  expect(sent).toEqual([1, 2]);
  queue.fulfillRequest(answer(2));

  queue.maybeThrottle(50);
  queue.push(request(3, sent));
  expect(sent).toEqual([1, 2]);
  vi.advanceTimersByTime(60);
  expect(sent).toEqual([1, 2, 3]);
});

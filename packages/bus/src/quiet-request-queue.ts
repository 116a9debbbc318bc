import { createRequire } from 'node:module';
import { BugError } from '@tercet/kit';

/** kafkajs' queue of one connection's requests, as this needs it. */
export interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

export interface RequestQueueClass {
  readonly prototype: RequestQueue;
}

/** The class that every connection of kafkajs 2.2.4 keeps its requests in. */
export function kafkajsRequestQueue(): RequestQueueClass {
  const found: unknown = createRequire(import.meta.url)('kafkajs/src/network/requestQueue');
  if (typeof (found as Partial<RequestQueueClass>).prototype?.scheduleCheckPendingRequests !== 'function')
    throw new BugError('kafkajs no longer checks its pending requests as it did in 2.2.4');
  return found as RequestQueueClass;
}

/**
 * kafkajs 2.2.4 sets a timer to look for pending requests where there are none, and since it is due at once, again every
 * millisecond for as long as the connection lasts. Each request that has to wait asks for the timer itself.
 */
export function quietRequestQueue({ prototype }: RequestQueueClass): void {
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) schedule.call(this);
  };
}

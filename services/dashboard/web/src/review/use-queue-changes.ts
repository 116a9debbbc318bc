import { useEffect } from 'preact/hooks';
import type { QueueChanged } from '../../../src/api/review.js';
import { openEventStream } from '../http/event-stream.js';

/** However many changes come, lists are asked for again this often at most. */
const GATHER_MS = 1000;

/** Calls back when something of a queue changed; without a name, of any queue. */
export function useQueueChanges(queue: string | undefined, changed: () => void): void {
  useEffect(() => {
    let timer: number | undefined;
    const close = openEventStream({
      url: () => '/api/v1/queues/stream',
      on: {
        queue: (data) => {
          if (queue !== undefined && (data as QueueChanged).queue !== queue) return;
          timer ??= window.setTimeout(() => {
            timer = undefined;
            changed();
          }, GATHER_MS);
        },
      },
    });
    return () => {
      window.clearTimeout(timer);
      close();
    };
  }, [queue, changed]);
}

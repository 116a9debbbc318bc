import { setTimeout as delay } from 'node:timers/promises';
import { joinRecord } from '../../services/fusion/src/simulation/join-records.js';
import type { JoinStage } from './join-stage.js';

export interface Load {
  /** Versions opened so far. */
  readonly opened: { itemKey: string; version: bigint }[];
  /** Stops opening; resolves when everything opened is complete on the log. */
  finish(): Promise<void>;
}

/**
 * Opens items and sends their parts, steadily, parts of an item spread over some time, so that at any moment some items
 * are half there. Every item is completed in the end, far inside its window.
 */
export function startLoad(stage: JoinStage, itemsPerBatch = 8, everyMs = 100): Load {
  const opened: { itemKey: string; version: bigint }[] = [];
  let stopped = false;
  const run = async (): Promise<void> => {
    let half: string[] = [];
    for (let batch = 0; !stopped; batch += 1) {
      const fresh = Array.from({ length: itemsPerBatch }, (_, n) => `acme/load-${batch}-${n}`);
      await stage.send([
        ...half.map((itemKey) => ({ itemKey, value: joinRecord.embedded(itemKey, 1n, 'image') })),
        ...fresh.flatMap((itemKey) => [
          { itemKey, value: joinRecord.opened(itemKey, 1n, ['text', 'image'], 600_000) },
          { itemKey, value: joinRecord.embedded(itemKey, 1n, 'text') },
        ]),
      ]);
      for (const itemKey of fresh) opened.push({ itemKey, version: 1n });
      half = fresh;
      await delay(everyMs);
    }
    await stage.send(half.map((itemKey) => ({ itemKey, value: joinRecord.embedded(itemKey, 1n, 'image') })));
  };
  const running = run();
  running.catch(() => undefined);
  return {
    opened,
    finish() {
      stopped = true;
      return running;
    },
  };
}

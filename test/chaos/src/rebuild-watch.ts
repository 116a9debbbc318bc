import type { Tap } from './tcp-proxy.js';

const BUILD = 'tercet_join_build_';
/** What a rebuild calls next: the marks of earlier decisions, or, without any, the end. */
const AFTER = ['tercet_join_mark_', 'tercet_join_adopt_'];

/** Watches one process on its way to Redis for the rebuild of a partition's state. */
export class RebuildWatch {
  #onMiddle: (() => void) | undefined;

  /** Calls once, in the middle of the next rebuild. Undefined: not any more. */
  onNextMiddle(call: (() => void) | undefined): void {
    this.#onMiddle = call;
  }

  /** For each connection of the process. */
  readonly tap = (): Tap => {
    let isBuilding = false;
    return {
      toServer: (bytes) => {
        if (this.#onMiddle === undefined) return;
        if (isBuilding && AFTER.some((name) => bytes.includes(name))) {
          isBuilding = false;
          const call = this.#onMiddle;
          this.#onMiddle = undefined;
          call();
        } else if (bytes.includes(BUILD)) {
          isBuilding = true;
        }
      },
    };
  };
}

import { BugError } from '@tercet/kit';
import type { BatchLimits } from '../modality.js';

interface Entry<T> {
  readonly id: number;
  readonly cost: number;
  readonly value: T;
}

/**
 * Prepared parts that wait for the model, in order of arrival. There is no linger timer: a batch is whatever arrived
 * while the model was busy, so it is small where the load is.
 */
export class BatchPool<T> {
  #waiting: Entry<T>[] = [];
  #cost = 0;

  constructor(private readonly limits: BatchLimits) {}

  get size(): number {
    return this.#waiting.length;
  }

  /** Whether a whole batch waits, so that preparing more would only take memory. */
  get holdsBatch(): boolean {
    return this.size >= this.limits.maxParts || this.#cost >= this.limits.maxCost;
  }

  add(id: number, cost: number, value: T): void {
    if (!Number.isFinite(cost) || cost < 0) throw new BugError(`a part costs ${cost}`);
    this.#waiting.push({ id, cost, value });
    this.#cost += cost;
  }

  /** Takes a part out before it costs a run; false where it does not wait here. */
  drop(id: number): boolean {
    const index = this.#waiting.findIndex((entry) => entry.id === id);
    if (index < 0) return false;
    this.#forget(this.#waiting.splice(index, 1));
    return true;
  }

  /**
   * Takes the next batch: those that wait longest, as long as their cost together and their count stay within the
   * limits. A part that is above the limit by itself travels alone.
   */
  take(): Entry<T>[] {
    let count = 0;
    let cost = 0;
    for (const entry of this.#waiting) {
      cost += entry.cost;
      if (count === this.limits.maxParts || (count > 0 && cost > this.limits.maxCost)) break;
      count += 1;
    }
    return this.#forget(this.#waiting.splice(0, count));
  }

  #forget(gone: Entry<T>[]): Entry<T>[] {
    this.#cost = this.#waiting.reduce((sum, { cost }) => sum + cost, 0);
    return gone;
  }
}

import { BugError } from '@tercet/kit';
import type { BatchLimits } from '../modality.js';

interface Entry<T> {
  readonly id: number;
  readonly cost: number;
  readonly value: T;
}

/**
 * Prepared parts that wait for the model, and the choice of the next batch among them. There is no linger timer: a
 * batch is whatever arrived while the model was busy.
 */
export class BatchPool<T> {
  /** In order of arrival. */
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
    return this.#remove((entry) => entry.id === id) === 1;
  }

  /**
   * Takes the next batch, sorted by cost: the part that waits longest, and around it those whose lengths are nearest,
   * as long as the padded cost (the longest times the count) and the count stay within the limits. A part that is
   * above the limit by itself travels alone.
   */
  take(): Entry<T>[] {
    const oldest = this.#waiting[0];
    if (!oldest) return [];
    const sorted = [...this.#waiting].sort((a, b) => a.cost - b.cost);
    const costs = sorted.map(({ cost }) => cost);
    const [from, to] = widen(costs, sorted.indexOf(oldest), this.limits);
    const batch = sorted.slice(from, to + 1);
    const taken = new Set(batch);
    this.#remove((entry) => taken.has(entry));
    return batch;
  }

  #remove(gone: (entry: Entry<T>) => boolean): number {
    const before = this.size;
    this.#waiting = this.#waiting.filter((entry) => !gone(entry));
    this.#cost = this.#waiting.reduce((sum, { cost }) => sum + cost, 0);
    return before - this.size;
  }
}

/** Bounds, inclusive, of the run of ascending `costs` around `index` that makes the next batch. */
function widen(costs: readonly number[], index: number, limits: BatchLimits): [number, number] {
  let from = index;
  let to = index;
  const fits = (longest: number) => longest * (to - from + 2) <= limits.maxCost;
  while (to - from + 1 < limits.maxParts) {
    const longest = costs[to] ?? 0;
    const shorter = costs[from - 1];
    const longer = costs[to + 1];
    const padsShorter = shorter !== undefined && fits(longest) ? longest - shorter : Infinity;
    // One longer part lengthens every row that is already there.
    const padsLonger = longer !== undefined && fits(longer) ? (longer - longest) * (to - from + 1) : Infinity;
    if (padsShorter === Infinity && padsLonger === Infinity) break;
    if (padsShorter < padsLonger) from -= 1;
    else to += 1;
  }
  return [from, to];
}

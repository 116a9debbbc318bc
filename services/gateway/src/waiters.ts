import type { Decision } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';

/** What a caller waits for: this version or a later one, and in it a revision of at least this number; 0: any. */
export interface Wanted {
  readonly version: bigint;
  readonly revision: number;
}

/** Whether a decision is what was waited for. A later version satisfies whatever its revision. */
export function satisfies(decision: Pick<Decision, 'version' | 'revision'>, wanted: Wanted): boolean {
  if (wanted.version === 0n) return decision.revision >= wanted.revision;
  if (decision.version !== wanted.version) return decision.version > wanted.version;
  return decision.revision >= wanted.revision;
}

interface Waiter {
  readonly wanted: Wanted;
  readonly resolve: (decision: Decision) => void;
  readonly reject: (error: Error) => void;
}

/** A registered wait; `stop` forgets it. */
export interface Wait {
  readonly decision: Promise<Decision>;
  stop(): void;
}

/** Callers that wait for decisions, by item key; a bounded number. */
export class Waiters {
  readonly #byKey = new Map<string, Set<Waiter>>();
  #count = 0;
  #closed: UnavailableError | undefined;

  constructor(private readonly max: number) {}

  get count(): number {
    return this.#count;
  }

  /** @throws UnavailableError `overloaded` at the limit, `draining` once closed. */
  add(key: string, wanted: Wanted): Wait {
    if (this.#closed) throw this.#closed;
    if (this.#count >= this.max) throw new UnavailableError('overloaded', `${this.max} calls are waiting`);
    const { promise, resolve, reject } = deferred<Decision>();
    const waiter: Waiter = { wanted, resolve, reject };
    const set = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, set.add(waiter));
    this.#count += 1;
    // A caller may have gone before its wait was rejected.
    promise.catch(() => undefined);
    return { decision: promise, stop: () => this.#remove(key, waiter) };
  }

  /** Whether somebody waits for the item, so that its decision is worth decoding. */
  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  settle(key: string, decision: Decision): void {
    for (const waiter of [...(this.#byKey.get(key) ?? [])]) {
      if (!satisfies(decision, waiter.wanted)) continue;
      this.#remove(key, waiter);
      waiter.resolve(decision);
    }
  }

  /** Rejects every wait, present and future. */
  close(): void {
    this.#closed = new UnavailableError('draining');
    for (const [key, set] of [...this.#byKey]) {
      for (const waiter of [...set]) {
        this.#remove(key, waiter);
        waiter.reject(this.#closed);
      }
    }
  }

  #remove(key: string, waiter: Waiter): void {
    const set = this.#byKey.get(key);
    if (!set?.delete(waiter)) return;
    this.#count -= 1;
    if (set.size === 0) this.#byKey.delete(key);
  }
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

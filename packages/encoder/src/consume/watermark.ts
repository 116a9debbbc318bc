import { BugError } from '@tercet/kit';

interface Admitted {
  readonly offset: bigint;
  done: boolean;
}

/**
 * How far one partition may be committed: work ends in any order, the offset moves over the unbroken head only.
 * Offsets are admitted in ascending order.
 */
export class Watermark {
  #pending: Admitted[] = [];
  readonly #byOffset = new Map<bigint, Admitted>();
  /** First offset that has not been seen. */
  #next: bigint | undefined;
  #committed: bigint | undefined;

  /** First offset not yet seen; undefined before the first chunk. */
  get next(): bigint | undefined {
    return this.#next;
  }

  /** Records admitted and not yet behind the head. */
  get pending(): number {
    return this.#pending.length;
  }

  admit(offset: bigint): void {
    if (this.#next !== undefined && offset < this.#next) throw new BugError('an offset was admitted twice');
    const entry = { offset, done: false };
    this.#pending.push(entry);
    this.#byOffset.set(offset, entry);
    this.#next = offset + 1n;
  }

  /** The log was read up to `offset`, control markers and compacted gaps included. */
  reach(offset: bigint): void {
    if (this.#next === undefined || offset > this.#next) this.#next = offset;
  }

  done(offset: bigint): void {
    const entry = this.#byOffset.get(offset);
    if (!entry) throw new BugError('an offset was finished that was not pending');
    entry.done = true;
    this.#byOffset.delete(offset);
    let finished = 0;
    while (this.#pending[finished]?.done) finished += 1;
    if (finished > 0) this.#pending = this.#pending.slice(finished);
  }

  /** What to commit as the next offset to read; undefined where nothing moved since the last commit. */
  get committable(): bigint | undefined {
    const head = this.#pending[0]?.offset ?? this.#next;
    if (head === undefined || (this.#committed !== undefined && head <= this.#committed)) return undefined;
    return head;
  }

  committed(offset: bigint): void {
    if (this.#committed === undefined || offset > this.#committed) this.#committed = offset;
  }
}

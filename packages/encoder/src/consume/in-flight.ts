export interface InFlightLimits {
  readonly maxParts: number;
  readonly maxBytes: number;
}

interface Sized {
  readonly bytes: number;
}

/**
 * Parts that were read and not begun, in order, and how many may be begun: bounded by count and by bytes. One part
 * above the limit of bytes may go when nothing else is under way.
 */
export class InFlight<T extends Sized> {
  #backlog: T[] = [];
  #parts = 0;
  #bytes = 0;

  constructor(private readonly limits: InFlightLimits) {}

  get backlog(): number {
    return this.#backlog.length;
  }

  get parts(): number {
    return this.#parts;
  }

  /** Enough waits: nothing more should be read. */
  get isFull(): boolean {
    return this.#backlog.length >= this.limits.maxParts;
  }

  /** Little waits: reading may go on. */
  get isLow(): boolean {
    return this.#backlog.length <= this.limits.maxParts / 2;
  }

  push(entries: readonly T[]): void {
    for (const entry of entries) this.#backlog.push(entry);
  }

  /** The entries that may be begun now; each is to be given back by `end`. */
  begin(): T[] {
    let count = 0;
    for (const { bytes } of this.#backlog) {
      const fits = this.#parts < this.limits.maxParts && this.#bytes + bytes <= this.limits.maxBytes;
      if (!fits && this.#parts > 0) break;
      this.#parts += 1;
      this.#bytes += bytes;
      count += 1;
    }
    return this.#backlog.splice(0, count);
  }

  end({ bytes }: T): void {
    this.#parts -= 1;
    this.#bytes -= bytes;
  }

  /** Drops from the backlog what was given up; returns how many. */
  drop(gone: (entry: T) => boolean): number {
    const before = this.#backlog.length;
    this.#backlog = this.#backlog.filter((entry) => !gone(entry));
    return before - this.#backlog.length;
  }
}

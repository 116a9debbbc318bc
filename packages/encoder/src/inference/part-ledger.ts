/** How often a part may end its process before it is given up. */
const MAX_ENDS = 2;

interface Entry<T> {
  readonly id: number;
  readonly value: T;
  /** Lives of the process that ended with this part in it. */
  ends: number;
}

/**
 * Which parts the inference process holds, and which it is to be given next. When it dies, whatever it held is
 * suspect: those parts are tried again one at a time, nobody beside them, so that the guilty one is found and the
 * others are unharmed.
 */
export class PartLedger<T> {
  readonly #waiting = new Map<number, Entry<T>>();
  readonly #suspects = new Map<number, Entry<T>>();
  readonly #sent = new Map<number, Entry<T>>();
  /** Sent, and given up by their caller. */
  readonly #abandoned = new Set<number>();

  /** @param maxHeld parts that the process may hold, so that few are suspect when it dies. */
  constructor(private readonly maxHeld: number) {}

  get size(): number {
    return this.#waiting.size + this.#suspects.size + this.#sent.size;
  }

  add(id: number, value: T): void {
    this.#waiting.set(id, { id, value, ends: 0 });
  }

  /** Marks as sent, and returns, what a living process should be given now. */
  takeNext(): { readonly id: number; readonly value: T }[] {
    const [suspect] = this.#suspects.values();
    if (suspect && this.#sent.size > 0) return [];
    const room = Math.max(0, this.maxHeld - this.#sent.size);
    const next = suspect ? [suspect] : firstOf(this.#waiting, room);
    for (const entry of next) {
      this.#suspects.delete(entry.id);
      this.#waiting.delete(entry.id);
      this.#sent.set(entry.id, entry);
    }
    return next;
  }

  /** The process answered for a part; undefined where its caller had given it up. */
  answered(id: number): T | undefined {
    const entry = this.#sent.get(id);
    this.#sent.delete(id);
    return this.#abandoned.delete(id) ? undefined : entry?.value;
  }

  /**
   * A part failed in a way that only a bug explains: it is tried once more.
   * @returns its value where it has had its tries and is given up.
   */
  broke(id: number): T | undefined {
    const entry = this.#sent.get(id);
    this.#sent.delete(id);
    if (!entry || this.#abandoned.delete(id)) return undefined;
    return this.#suspect(entry) ? undefined : entry.value;
  }

  /** The process died. @returns the parts that are given up. */
  died(): T[] {
    const held = [...this.#sent.values()].filter(({ id }) => !this.#abandoned.has(id));
    this.#sent.clear();
    this.#abandoned.clear();
    return held.filter((entry) => !this.#suspect(entry)).map(({ value }) => value);
  }

  /** A caller gives its part up. @returns true where the process holds it and should be told. */
  abandon(id: number): boolean {
    this.#waiting.delete(id);
    this.#suspects.delete(id);
    if (!this.#sent.has(id)) return false;
    this.#abandoned.add(id);
    return true;
  }

  /** Takes every part out, for good. */
  clear(): T[] {
    const entries = [this.#waiting, this.#suspects, this.#sent].flatMap((map) => [...map.values()]);
    const open = entries.filter(({ id }) => !this.#abandoned.has(id));
    for (const map of [this.#waiting, this.#suspects, this.#sent, this.#abandoned]) map.clear();
    return open.map(({ value }) => value);
  }

  #suspect(entry: Entry<T>): boolean {
    entry.ends += 1;
    if (entry.ends >= MAX_ENDS) return false;
    this.#suspects.set(entry.id, entry);
    return true;
  }
}

function firstOf<T>(map: ReadonlyMap<number, T>, count: number): T[] {
  const first: T[] = [];
  for (const value of map.values()) {
    if (first.length >= count) break;
    first.push(value);
  }
  return first;
}

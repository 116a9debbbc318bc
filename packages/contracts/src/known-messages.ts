// A sender that makes values up costs encoding them, never memory.
const MOST = 16;
const LONGEST = 512;

/** How messages of one kind are remembered. */
export interface Remembering<T> {
  /** Whether two encode to the same; texts that are one object are compared fastest. */
  readonly same: (a: T, b: T) => boolean;
  /** Of what is encoded alone: the message may change. */
  readonly copy: (message: T) => T;
  readonly encode: (copy: T) => Uint8Array;
}

/** Encoded messages, for those of which a deployment has a handful; of more, the latest. */
export class KnownMessages<T> {
  readonly #known: { readonly copy: T; readonly bytes: Uint8Array }[] = [];
  #next = 0;

  constructor(readonly how: Remembering<T>) {}

  of(message: T): Uint8Array {
    const { same, copy: copyOf, encode } = this.how;
    for (const { copy, bytes } of this.#known) if (same(copy, message)) return bytes;
    const copy = copyOf(message);
    const bytes = encode(copy);
    if (bytes.length <= LONGEST) {
      this.#known[this.#next] = { copy, bytes };
      this.#next = (this.#next + 1) % MOST;
    }
    return bytes;
  }
}

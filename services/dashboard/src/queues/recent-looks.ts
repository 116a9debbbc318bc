const MAX_REMEMBERED = 10_000;

/** Which looks at something are new, and which go on from one a moment ago. */
export class RecentLooks {
  readonly #at = new Map<string, number>();
  readonly #sameForMs: number;

  constructor(sameForMs: number) {
    this.#sameForMs = sameForMs;
  }

  isNew(look: string, nowMs = Date.now()): boolean {
    const before = this.#at.get(look);
    if (before !== undefined && nowMs - before < this.#sameForMs) return false;
    if (this.#at.size >= MAX_REMEMBERED) this.#at.clear();
    this.#at.set(look, nowMs);
    return true;
  }
}

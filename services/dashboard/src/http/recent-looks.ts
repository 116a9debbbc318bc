const MAX_REMEMBERED = 10_000;

/** Which looks at something are new, and which go on from one a moment ago. */
export class RecentLooks {
  readonly #at = new Map<string, number>();
  readonly #sameForMs: number;

  constructor(sameForMs: number) {
    this.#sameForMs = sameForMs;
  }

  has(look: string, nowMs = Date.now()): boolean {
    const before = this.#at.get(look);
    return before !== undefined && nowMs - before < this.#sameForMs;
  }

  /** Called once the look is written down, so that one whose line failed is tried again. */
  note(look: string, nowMs = Date.now()): void {
    if (this.#at.size >= MAX_REMEMBERED) this.#at.clear();
    this.#at.set(look, nowMs);
  }
}

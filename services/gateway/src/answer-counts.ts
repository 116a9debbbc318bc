/** How many calls were answered, by method and code. Counted here and read when metrics are: an instrument hashes labels at each call. */
export class AnswerCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  count(method: string, code: string): void {
    let codes = this.#counts.get(method);
    if (!codes) {
      codes = new Map();
      this.#counts.set(method, codes);
    }
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }

  *all(): Generator<{ readonly method: string; readonly code: string; readonly count: number }> {
    for (const [method, codes] of this.#counts)
      for (const [code, count] of codes) yield { method, code, count };
  }
}

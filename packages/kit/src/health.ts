/** Named conditions that must all hold before `/readyz` answers 200. */
export class Readiness {
  readonly #conditions = new Map<string, boolean>();

  /** Declares a condition as not yet met. */
  require(name: string): void {
    if (!this.#conditions.has(name)) this.#conditions.set(name, false);
  }

  set(name: string, met: boolean): void {
    this.#conditions.set(name, met);
  }

  get ready(): boolean {
    return this.#conditions.size > 0 && [...this.#conditions.values()].every(Boolean);
  }

  /** Conditions and whether each is met, for `/readyz`'s body. */
  snapshot(): Record<string, boolean> {
    return Object.fromEntries(this.#conditions);
  }
}

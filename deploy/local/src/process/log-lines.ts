/** The last lines that a process wrote, for an error message and for tests. Bounded. */
export class LogLines {
  readonly #lines: string[] = [];

  constructor(readonly maxLines: number) {}

  push(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > this.maxLines) this.#lines.splice(0, this.#lines.length - this.maxLines);
  }

  /** Oldest first. */
  all(): readonly string[] {
    return [...this.#lines];
  }

  last(count: number): readonly string[] {
    return this.#lines.slice(-count);
  }
}

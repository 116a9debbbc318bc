const EVERY_MS = 2000;

/** Says on standard error how far a run is, every two seconds at most; on a terminal in one line. */
export class Progress {
  #done = 0;
  #saidAt = 0;
  readonly #startedAt = performance.now();

  say(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** One more line is decided. */
  step(): void {
    this.#done += 1;
    const now = performance.now();
    if (now - this.#saidAt < EVERY_MS) return;
    this.#saidAt = now;
    this.#write();
  }

  end(): void {
    this.#write();
    if (process.stderr.isTTY) process.stderr.write('\n');
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  #write(): void {
    const text = `${this.#done} lines, ${this.seconds.toFixed(1)} s`;
    process.stderr.write(process.stderr.isTTY ? `\r${text}` : `${text}\n`);
  }
}

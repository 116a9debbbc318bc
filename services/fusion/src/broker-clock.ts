/**
 * The broker's clock as this process can know it: never ahead of it.
 *
 * A record's append time minus the time of its receipt is a lower bound of (broker's clock - ours), tight up to the
 * fetch delay; the greatest of the last two windows is kept. Old records alone give a useless bound, hence the floor:
 * clocks are trusted to differ by at most `maxSkewMs` until a fresh record says more.
 */
export class BrokerClock {
  #current = Number.NEGATIVE_INFINITY;
  #previous = Number.NEGATIVE_INFINITY;
  #windowEndsAtMs = 0;

  constructor(
    private readonly maxSkewMs: number,
    private readonly windowMs = 60_000,
  ) {}

  /** A record appended at `appendTimeMs` was received at `receivedAtMs` of our clock. */
  observe(appendTimeMs: number, receivedAtMs: number): void {
    if (receivedAtMs >= this.#windowEndsAtMs) {
      this.#previous = this.#current;
      this.#current = Number.NEGATIVE_INFINITY;
      this.#windowEndsAtMs = receivedAtMs + this.windowMs;
    }
    this.#current = Math.max(this.#current, appendTimeMs - receivedAtMs);
  }

  /** A time of our clock on the broker's, at most what the broker's clock showed then. */
  at(ourTimeMs: number): number {
    return ourTimeMs + Math.max(-this.maxSkewMs, this.#current, this.#previous);
  }
}

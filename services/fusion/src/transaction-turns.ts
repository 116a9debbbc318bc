import type { Time } from './time.js';

/** A partition's place in the queue. */
export interface Turn {
  /** It has come. */
  readonly isOn: boolean;
  /** It has come, or no more wait before it than there are turns. */
  readonly isNear: boolean;
  /** Resolves when it comes. */
  readonly begun: Promise<void>;
  /** Gives it up, come or not; safe to repeat. */
  end(): void;
}

/**
 * At most `limit` partitions of a process take, decide and commit at once, first come, first served. What the
 * others read meanwhile waits for theirs, so that under load transactions grow instead of becoming more: each costs the broker
 * and this process the same few requests, whatever it holds. A turn counts for `patienceMs` at most, so that a partition whose
 * broker is slow holds up no other for longer.
 */
export class TransactionTurns {
  #on = 0;
  readonly #queue: QueuedTurn[] = [];

  constructor(
    private readonly limit: number,
    private readonly patienceMs: number,
    private readonly time: Pick<Time, 'after'>,
  ) {}

  /** `onMove` is called when the turn is near, and when it comes; at once where it is free. */
  ask(onMove: () => void): Turn {
    const turn = new QueuedTurn(onMove, () => this.#ended(turn));
    this.#queue.push(turn);
    this.#admit();
    return turn;
  }

  /** Somebody waits: all turns are taken. */
  get areAwaited(): boolean {
    return this.#queue.length > 0;
  }

  #admit(): void {
    while (this.#on < this.limit) {
      const next = this.#queue.shift();
      if (!next) break;
      this.#on += 1;
      let counts = true;
      const discount = (): void => {
        if (!counts) return;
        counts = false;
        cancel();
        this.#on -= 1;
        this.#admit();
      };
      const cancel = this.time.after(this.patienceMs, discount);
      next.begin(discount);
    }
    for (const turn of this.#queue.slice(0, this.limit)) turn.comeNear();
  }

  #ended(turn: QueuedTurn): void {
    const at = this.#queue.indexOf(turn);
    if (at >= 0) this.#queue.splice(at, 1);
    this.#admit();
  }
}

class QueuedTurn implements Turn {
  isOn = false;
  isNear = false;
  readonly begun: Promise<void>;
  #resolve: () => void = () => undefined;
  #discount: () => void;

  constructor(
    private readonly onMove: () => void,
    leaveQueue: () => void,
  ) {
    this.#discount = leaveQueue;
    this.begun = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  comeNear(): void {
    if (this.isNear) return;
    this.isNear = true;
    this.onMove();
  }

  begin(discount: () => void): void {
    this.isOn = true;
    this.isNear = true;
    this.#discount = discount;
    this.#resolve();
    this.onMove();
  }

  end(): void {
    this.isOn = false;
    this.isNear = false;
    this.#discount();
  }
}

interface Waiting {
  readonly amount: number;
  readonly enter: () => void;
}

/**
 * Lets work in by its size: what is under way together never exceeds the capacity, first come first served. Work above
 * the capacity runs alone.
 */
export class DecodeBudget {
  #used = 0;
  readonly #queue: Waiting[] = [];

  constructor(private readonly capacity: number) {}

  async run<T>(amount: number, work: () => Promise<T>): Promise<T> {
    const held = Math.min(amount, this.capacity);
    if (this.#queue.length > 0 || this.#used + held > this.capacity)
      await new Promise<void>((enter) => {
        this.#queue.push({ amount: held, enter });
      });
    else this.#used += held;
    try {
      return await work();
    } finally {
      this.#used -= held;
      this.#letIn();
    }
  }

  #letIn(): void {
    for (;;) {
      const next = this.#queue[0];
      if (next === undefined || this.#used + next.amount > this.capacity) return;
      this.#queue.shift();
      this.#used += next.amount;
      next.enter();
    }
  }
}

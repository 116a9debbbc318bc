/** One run at the model and one behind it: more would only be unable to give way. */
const DEPTH = 2;

interface Waiting {
  readonly batch: number;
  readonly begin: () => void;
}

/**
 * The way to the model, which several batches share: the model always has its next run when it ends one, and an earlier
 * batch's runs go before a later one's. A batch that asks for its next run before the last has ended is not overtaken.
 */
export class RunQueue {
  /** By batch, and by their calls within one. */
  readonly #waiting: Waiting[] = [];
  #underWay = 0;

  /** @param batch the earlier a batch began, the lower. */
  async run<T>(batch: number, work: () => Promise<T>): Promise<T> {
    const [first] = this.#waiting;
    const isNext = this.#underWay < DEPTH && (first === undefined || batch < first.batch);
    if (isNext) this.#underWay += 1;
    else await this.#turn(batch);
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      // After whoever got this answer has asked for more.
      setImmediate(() => this.#beginMore());
    }
  }

  #turn(batch: number): Promise<void> {
    return new Promise((begin) => {
      const behind = this.#waiting.findIndex((other) => other.batch > batch);
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, { batch, begin });
    });
  }

  #beginMore(): void {
    while (this.#underWay < DEPTH) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#underWay += 1;
      next.begin();
    }
  }
}

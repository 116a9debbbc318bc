import type { Decided, Opening, PartSeen } from './ledger.js';
import { versionId } from './ledger.js';
import type { LogSink } from './read-log.js';

/** Running counts while a run goes on; the ledger judges at its end. */
export class Tally implements LogSink {
  readonly #opened = new Set<string>();
  readonly #first = new Set<string>();
  /** Keys of decided items, in the order in which they were seen. */
  readonly decidedKeys: string[] = [];
  /** First decisions that were there already. */
  repeated = 0;
  #undecided = 0;

  get opened(): number {
    return this.#opened.size;
  }

  get decided(): number {
    return this.#first.size;
  }

  /** Every opened version is decided. */
  get isSettled(): boolean {
    return this.#undecided === 0;
  }

  input(input: Opening | PartSeen): void {
    if (input.kind !== 'opening' || this.#opened.has(input.id)) return;
    this.#opened.add(input.id);
    if (!this.#first.has(input.id)) this.#undecided += 1;
  }

  decision({ itemKey, version, isFirst }: Decided): void {
    if (!isFirst) return;
    const id = versionId(itemKey, version);
    if (this.#first.has(id)) {
      this.repeated += 1;
      return;
    }
    this.#first.add(id);
    this.decidedKeys.push(itemKey);
    if (this.#opened.has(id)) this.#undecided -= 1;
  }
}

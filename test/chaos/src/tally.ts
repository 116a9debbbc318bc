import type { Decided, Opening, PartSeen } from './ledger.js';
import { versionId } from './ledger.js';
import type { LogSink } from './read-log.js';
import type { DecidedItem } from './visitor.js';

/** Running counts while a run goes on; the ledger judges at its end. */
export class Tally implements LogSink {
  /** Offset of each version's opening. */
  readonly #opened = new Map<string, bigint>();
  readonly #first = new Set<string>();
  /** In the order in which their decisions were seen. */
  readonly decidedItems: DecidedItem[] = [];
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
    this.#opened.set(input.id, input.offset);
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
    const openedAt = this.#opened.get(id);
    // `embeddings` is read before `decisions`, but goes on meanwhile: one that was missed is not asked for.
    if (openedAt === undefined) return;
    this.#undecided -= 1;
    if (version === 1n) this.decidedItems.push({ itemKey, openedAt });
  }
}

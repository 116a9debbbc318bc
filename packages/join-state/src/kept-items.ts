import type { DueItem, MarkRecord, PutRecord, StoredPart } from './join-store.js';
import type { PutOutcome } from './outcomes.js';

/** What an item was given, as take would bring it back. */
export type KeptItem = Pick<DueItem, 'version' | 'openedOffset' | 'opened' | 'parts' | 'redecide'>;

interface Kept {
  version: bigint;
  openedOffset: bigint;
  opened: Uint8Array;
  parts: StoredPart[];
  redecide: Uint8Array | undefined;
  bytes: number;
}

/** What a payload weighs besides its own bytes. */
const RECORD_BYTES = 300;

/**
 * The open items that a hold has put itself, with their payloads, so that take need not bring back what its caller sent a moment ago:
 * most items are complete soon after they were opened. The oldest are let go of when there is more than `maxBytes`; take
 * brings those back whole, as it does whatever another owner put.
 *
 * Needs no doubt about the state: only the hold writes it, and every answer tells what became of each record.
 */
export class KeptItems {
  /** By key, in the order in which they were opened. */
  readonly #items = new Map<string, Kept>();
  #bytes = 0;
  #low: bigint;

  /** @param low first offset that the hold may put. */
  constructor(
    private readonly maxBytes: number,
    low: bigint,
  ) {
    this.#low = low;
  }

  /** Every item that is open since this offset or a later one is here. */
  get low(): bigint {
    return this.#low;
  }

  /** The item that stands open since `openedOffset`. */
  get(itemKey: string): KeptItem | undefined {
    return this.#items.get(itemKey);
  }

  /** Follows a put. */
  put(records: readonly PutRecord[], outcomes: readonly PutOutcome[]): void {
    for (const [n, record] of records.entries()) this.#apply(record, outcomes[n]);
    for (const [itemKey, { openedOffset }] of this.#items) {
      if (this.#bytes <= this.maxBytes) break;
      this.#forget(itemKey);
      if (openedOffset >= this.#low) this.#low = openedOffset + 1n;
    }
  }

  /** Follows a mark: what is decided is open no longer. */
  mark(decisions: readonly MarkRecord[]): void {
    for (const { itemKey, version } of decisions) {
      const kept = this.#items.get(itemKey);
      if (kept && kept.version <= version) this.#forget(itemKey);
    }
  }

  #apply(record: PutRecord, outcome: PutOutcome | undefined): void {
    const { itemKey, version, offset, payload } = record;
    const kept = this.#items.get(itemKey);
    if (outcome === 'opened') {
      this.#forget(itemKey);
      const item = {
        version,
        openedOffset: offset,
        opened: payload,
        parts: [],
        redecide: undefined,
        bytes: 0,
      };
      this.#items.set(itemKey, item);
      this.#add(item, payload);
    } else if (outcome === 'erasing') {
      this.#forget(itemKey);
    } else if (kept && (outcome === 'stored' || outcome === 'completed')) {
      if (record.kind !== 'embedded' && record.kind !== 'failed') return;
      const { kind, partId } = record;
      // A failure gives way to vectors.
      const failed = kept.parts.findIndex((part) => part.kind === 'failed' && part.partId === partId);
      if (failed >= 0) kept.parts.splice(failed, 1);
      kept.parts.push({ partId, kind, digest: kind === 'embedded' ? record.digest : '', payload });
      this.#add(kept, payload);
    } else if (kept && outcome === 'redecide_accepted') {
      kept.redecide = payload;
      this.#add(kept, payload);
    }
  }

  #add(item: Kept, payload: Uint8Array): void {
    item.bytes += payload.length + RECORD_BYTES;
    this.#bytes += payload.length + RECORD_BYTES;
  }

  #forget(itemKey: string): void {
    this.#bytes -= this.#items.get(itemKey)?.bytes ?? 0;
    this.#items.delete(itemKey);
  }
}

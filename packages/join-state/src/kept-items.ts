import { type OpenItem, openItem } from './ahead-items.js';
import type { DueItem, MarkRecord, PutRecord, StoredPart } from './join-store.js';
import type { PutOutcome } from './outcomes.js';

interface Kept extends OpenItem {
  /** As take would bring it back. */
  readonly item: ReturnType<typeof openItem>;
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

  get(itemKey: string): DueItem | undefined {
    return this.#items.get(itemKey)?.item;
  }

  /** The same with its manifest. */
  openItem(itemKey: string): OpenItem | undefined {
    return this.#items.get(itemKey);
  }

  /** Follows a put. */
  put(records: readonly PutRecord[], outcomes: readonly PutOutcome[]): void {
    for (const [n, record] of records.entries()) this.#apply(record, outcomes[n]);
    for (const [itemKey, { item }] of this.#items) {
      if (this.#bytes <= this.maxBytes) break;
      this.#forget(itemKey);
      if (item.openedOffset >= this.#low) this.#low = item.openedOffset + 1n;
    }
  }

  /** Follows a mark: what is decided is open no longer. */
  mark(decisions: readonly MarkRecord[]): void {
    for (const { itemKey, version } of decisions) {
      const kept = this.#items.get(itemKey);
      if (kept && kept.item.version <= version) this.#forget(itemKey);
    }
  }

  #apply(record: PutRecord, outcome: PutOutcome | undefined): void {
    const { itemKey, offset, timeMs, payload } = record;
    if (outcome === 'opened' || outcome === 'erasing') this.#forget(itemKey);
    const kept = outcome === 'opened' ? this.#open(record) : this.#items.get(itemKey);
    if (!kept || !CHANGES.includes(outcome)) return;
    const { item } = kept;
    if (record.kind === 'redecide') item.redecide = payload;
    else if (record.kind === 'embedded' || record.kind === 'failed') addPart(item.parts, record);
    if (outcome === 'completed') item.complete = true;
    item.lastOffset = offset;
    item.lastTimeMs = timeMs;
    kept.bytes += payload.length + RECORD_BYTES;
    this.#bytes += payload.length + RECORD_BYTES;
  }

  #open(record: PutRecord): Kept | undefined {
    if (record.kind !== 'opened') return undefined;
    const kept = { item: openItem(record), partIds: record.partIds, bytes: 0 };
    this.#items.set(record.itemKey, kept);
    return kept;
  }

  #forget(itemKey: string): void {
    this.#bytes -= this.#items.get(itemKey)?.bytes ?? 0;
    this.#items.delete(itemKey);
  }
}

/** Outcomes that leave something with an open item. */
const CHANGES: readonly (PutOutcome | undefined)[] = ['opened', 'stored', 'completed', 'redecide_accepted'];

function addPart(parts: StoredPart[], record: Extract<PutRecord, { kind: 'embedded' | 'failed' }>): void {
  const { kind, partId, payload } = record;
  // A failure gives way to vectors.
  const failed = parts.findIndex((part) => part.kind === 'failed' && part.partId === partId);
  if (failed >= 0) parts.splice(failed, 1);
  parts.push({ partId, kind, digest: record.kind === 'embedded' ? record.digest : '', payload });
}

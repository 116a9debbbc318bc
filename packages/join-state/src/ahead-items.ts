import type { DueItem, PutRecord, StoredPart } from './join-store.js';
import type { PutOutcome } from './outcomes.js';

/** An open item of which everything is known. */
export interface OpenItem {
  readonly item: DueItem;
  readonly partIds: readonly string[];
}

/** What an owner may decide before it puts the records that made it complete. */
export interface AheadAnswer {
  readonly items: readonly DueItem[];
  /** Records of these items, and what a put would make of each. */
  readonly records: readonly PutRecord[];
  readonly outcomes: readonly PutOutcome[];
  /** Of all other items, in the order of the log: to be put once the items are marked. */
  readonly rest: readonly PutRecord[];
}

export interface AheadItem {
  readonly item: DueItem;
  /** Its opening is among the records; else it is one of those that are kept. */
  readonly isNew: boolean;
}

/**
 * What `records`, in the order of the log, complete by themselves or together with what is kept: items of which they hold nothing but
 * the opening and the first outcome of expected parts. Anything else among them leaves all records of that item to the state.
 */
export function aheadItems(
  records: readonly PutRecord[],
  kept: (itemKey: string) => OpenItem | undefined,
): AheadItem[] {
  const items: AheadItem[] = [];
  for (const draft of draftItems(records, kept).values()) if (draft?.item.complete) items.push(draft);
  return items;
}

/** Tells the records of `items` from the rest. */
export function splitRecords(records: readonly PutRecord[], items: readonly DueItem[]): AheadAnswer {
  const byKey = new Map(items.map((item) => [item.itemKey, item]));
  const ahead: PutRecord[] = [];
  const outcomes: PutOutcome[] = [];
  const rest: PutRecord[] = [];
  for (const record of records) {
    const item = byKey.get(record.itemKey);
    if (item) {
      ahead.push(record);
      outcomes.push(outcomeOf(record, item));
    } else {
      rest.push(record);
    }
  }
  return { items, records: ahead, outcomes, rest };
}

/** Whether {@link aheadItems} finds any. */
export function hasAheadItems(
  records: readonly PutRecord[],
  kept: (itemKey: string) => OpenItem | undefined,
): boolean {
  for (const draft of draftItems(records, kept).values()) if (draft?.item.complete) return true;
  return false;
}

interface Draft extends AheadItem {
  readonly item: { -readonly [Name in keyof DueItem]: DueItem[Name] } & { readonly parts: StoredPart[] };
  readonly partIds: readonly string[];
}

/** By key; undefined where the state must judge. */
function draftItems(
  records: readonly PutRecord[],
  kept: (itemKey: string) => OpenItem | undefined,
): Map<string, Draft | undefined> {
  const drafts = new Map<string, Draft | undefined>();
  for (const record of records) {
    const { itemKey } = record;
    const draft = drafts.get(itemKey);
    if (draft) {
      if (!addPart(draft, record)) drafts.set(itemKey, undefined);
    } else if (!drafts.has(itemKey)) {
      drafts.set(itemKey, begin(record, kept(itemKey)));
    }
  }
  return drafts;
}

function begin(record: PutRecord, known: OpenItem | undefined): Draft | undefined {
  if (!known) {
    if (record.kind !== 'opened') return undefined;
    return { item: openItem(record), partIds: record.partIds, isNew: true };
  }
  const { item, partIds } = known;
  const draft = { item: { ...item, parts: [...item.parts] }, partIds, isNew: false };
  return addPart(draft, record) ? draft : undefined;
}

/** @returns false where it is not the first outcome of a part that is still missing. */
function addPart({ item, partIds }: Draft, record: PutRecord): boolean {
  if (record.kind !== 'embedded' && record.kind !== 'failed') return false;
  const { kind, partId } = record;
  if (item.complete || record.version !== item.version || !partIds.includes(partId)) return false;
  if (item.parts.some((part) => part.partId === partId)) return false;
  // Vectors as they came: their payload need not be made to be decided.
  item.parts.push(kind === 'embedded' ? record : { partId, kind, digest: '', payload: record.payload });
  // A part that was kept may have the vectors of several encoders.
  item.complete = partIds.every((id) => item.parts.some((part) => part.partId === id));
  item.lastOffset = record.offset;
  item.lastTimeMs = record.timeMs;
  return true;
}

function outcomeOf({ kind, offset }: PutRecord, { lastOffset }: DueItem): PutOutcome {
  if (kind === 'opened') return 'opened';
  return offset === lastOffset ? 'completed' : 'stored';
}

/** An item as its opening alone makes it. */
export function openItem(record: Extract<PutRecord, { kind: 'opened' }>): Draft['item'] {
  const { itemKey, version, offset, timeMs, payload, partIds, deadlineMs } = record;
  return {
    itemKey,
    version,
    revision: 0,
    status: 'open',
    work: '',
    overtaken: [],
    complete: partIds.length === 0,
    deadlineMs,
    openedOffset: offset,
    openedAtMs: timeMs,
    lastOffset: offset,
    lastTimeMs: timeMs,
    opened: payload,
    parts: [],
    review: undefined,
    redecide: undefined,
    judged: undefined,
  };
}

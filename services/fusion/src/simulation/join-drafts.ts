import type { MarkRecord, PutRecord, TakeAnswer } from '@tercet/join-state';
import type { JoinModel } from '../join-model.js';

/** A record before it has its place on the log. */
export type Drafted = {
  place: { itemKey: string; version: bigint; step: number };
  body: { kind: PutRecord['kind'] };
};

/** Turns drafts into records whose offsets and times run on. */
export class DraftLog {
  offset = 0n;
  inOffset = -1n;
  timeMs = 1_000;
  /** What was put, an offset once. */
  readonly records: PutRecord[] = [];
  readonly decisions: MarkRecord[] = [];

  record({ place: at, body: own }: Drafted): PutRecord {
    this.offset += BigInt(at.step);
    if (this.offset < 0n) this.offset = 0n;
    this.timeMs += Math.max(0, at.step);
    const { windowMs, ...rest } = own as { windowMs?: number };
    const record = {
      itemKey: at.itemKey,
      version: at.version,
      offset: this.offset,
      timeMs: this.timeMs,
      payload: Buffer.from(`${own.kind} ${this.offset} ${this.timeMs}`),
      ...(windowMs === undefined ? {} : { deadlineMs: this.timeMs + windowMs }),
      ...rest,
    } as unknown as PutRecord;
    if (this.offset > (this.records.at(-1)?.offset ?? -1n)) this.records.push(record);
    return record;
  }
}

/** What the owner would mark after deciding everything taken. */
export function marksOf(taken: TakeAnswer, until: number, inOffset: bigint): MarkRecord[] {
  return taken.items.flatMap((item) => {
    const common = {
      itemKey: item.itemKey,
      human: false,
      complete: false,
      inOffset,
      tombstoneTtlMs: 600_000,
      lookupTtlMs: 600_000,
    };
    const marks: MarkRecord[] = item.overtaken.map((old) => ({
      ...common,
      ...old,
      openedOffset: undefined,
      status: old.kind,
      decision: Buffer.from(`${item.itemKey} ${old.version} ${old.revision}`),
    }));
    const due = item.status !== 'open' || item.complete || item.deadlineMs <= until;
    if (!due) return marks;
    const revision = item.revision + 1;
    marks.push({
      ...common,
      version: item.version,
      revision,
      status: item.status === 'erasing' ? 'erased' : 'decided',
      human: item.work === 'review',
      complete: item.complete,
      appliedOffset: item.lastOffset,
      openedOffset: item.openedOffset < 0n ? undefined : item.openedOffset,
      decision: Buffer.from(`${item.itemKey} ${item.version} ${revision}`),
    });
    return marks;
  });
}

/** State of partition 0, in an order of its own. */
export function stateOf(model: JoinModel): object {
  const { live, settled, decisions, inOffset } = model.metas.get(0)?.state ?? {};
  const sorted = (map: ReadonlyMap<string, unknown> = new Map()) =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return { live: sorted(live), settled: sorted(settled), decisions: sorted(decisions), inOffset };
}

// The order of fields in a hash is Redis's own affair, and so is its estimate of bytes.
export function comparable(answer: object): object {
  if (Array.isArray(answer)) return comparable({ items: answer });
  const { bytes: _, ...rest } = answer as { bytes?: number; items?: TakeAnswer['items'] };
  const items = rest.items?.map((item) => ({
    ...item,
    parts: item.parts
      .map(({ partId, kind, digest, payload }) => ({ partId, kind, digest, payload }))
      .sort((a, b) => (a.partId + a.digest < b.partId + b.digest ? -1 : 1)),
  }));
  const plain = (_key: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return `${value}n`;
    if (Buffer.isBuffer(value)) return value.toString();
    const json = value as { type?: string; data?: number[] } | null;
    return json?.type === 'Buffer' && json.data ? Buffer.from(json.data).toString() : value;
  };
  return JSON.parse(JSON.stringify(items ? { ...rest, items } : rest, plain)) as object;
}

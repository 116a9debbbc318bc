import type { DueItem, MarkRecord, Overtaken, PutRecord } from '@tercet/join-state';

/** What a decision left of an item version: enough to recognise what comes again. */
export interface Settled {
  readonly version: bigint;
  readonly revision: number;
  readonly applied: bigint;
  readonly openedOffset: bigint | undefined;
  readonly human: boolean;
  readonly complete: boolean;
  readonly erased: boolean;
}

/** An item of which something waits or whose parts are kept. */
export interface Live {
  version: bigint;
  revision: number;
  applied: bigint;
  status: 'open' | 'decided' | 'erasing';
  human: boolean;
  complete: boolean;
  work: DueItem['work'];
  overtaken: Overtaken[];
  /** Undefined where nothing but a review brought the item here. */
  manifest: readonly string[] | undefined;
  vectors: Map<string, Uint8Array>;
  failures: Map<string, Uint8Array>;
  opened: Uint8Array | undefined;
  review: Uint8Array | undefined;
  redecide: Uint8Array | undefined;
  deadlineMs: number;
  openedAtMs: number | undefined;
  /** Undefined where nothing but a review brought the item here, and its decision did not say. */
  openedOffset: bigint | undefined;
  lastOffset: bigint;
  lastTimeMs: number;
  /** When it is due; undefined: not. */
  dueMs: number | undefined;
  /** Offset from which a rebuild must read for it. */
  replayFrom: bigint;
  lateUntilMs: number | undefined;
}

export interface Kept {
  readonly settled: Settled;
  readonly body: Uint8Array;
}

/** The state of one partition under one owner. */
export interface ModelState {
  inOffset: bigint;
  decisionsOffset: bigint;
  readyOffset: bigint;
  live: Map<string, Live>;
  settled: Map<string, Settled>;
  decisions: Map<string, Kept>;
}

export const emptyState = (inOffset: bigint): ModelState => ({
  inOffset,
  decisionsOffset: 0n,
  readyOffset: -1n,
  live: new Map(),
  settled: new Map(),
  decisions: new Map(),
});

/** A copy that shares nothing which changes. */
export function cloneState(state: ModelState): ModelState {
  const live = [...state.live].map(([key, item]): [string, Live] => [
    key,
    {
      ...item,
      overtaken: [...item.overtaken],
      vectors: new Map(item.vectors),
      failures: new Map(item.failures),
    },
  ]);
  return {
    ...state,
    live: new Map(live),
    settled: new Map(state.settled),
    decisions: new Map(state.decisions),
  };
}

export const settledOf = (mark: MarkRecord): Settled => ({
  version: mark.version,
  revision: mark.revision,
  applied: mark.appliedOffset,
  openedOffset: mark.openedOffset,
  human: mark.human,
  complete: mark.complete,
  erased: mark.status === 'erased',
});

/** A fresh live item for a record. */
export function liveFrom(record: PutRecord, over: Partial<Live>): Live {
  return {
    version: record.version,
    revision: 0,
    applied: -1n,
    status: 'open',
    human: false,
    complete: false,
    work: '',
    overtaken: [],
    manifest: undefined,
    vectors: new Map(),
    failures: new Map(),
    opened: record.payload,
    review: undefined,
    redecide: undefined,
    deadlineMs: 0,
    openedAtMs: undefined,
    openedOffset: record.offset,
    lastOffset: record.offset,
    lastTimeMs: record.timeMs,
    dueMs: undefined,
    replayFrom: record.offset,
    lateUntilMs: undefined,
    ...over,
  };
}

const vectorKey = (partId: string, digest: string): string => `${partId}\n${digest}`;

export { vectorKey };

/** Parts with any outcome. */
export function partsWithOutcome(item: Live): Set<string> {
  const withVectors = [...item.vectors.keys()].map((key) => key.slice(0, key.indexOf('\n')));
  return new Set([...withVectors, ...item.failures.keys()]);
}

export function isComplete(item: Live): boolean {
  return item.manifest !== undefined && partsWithOutcome(item).size === item.manifest.length;
}

/** An item as take answers it. */
export function dueItem(itemKey: string, item: Live, judged: Uint8Array | undefined): DueItem {
  return {
    itemKey,
    version: item.version,
    revision: item.revision,
    status: item.status,
    work: item.work,
    overtaken: item.overtaken,
    complete: isComplete(item),
    deadlineMs: item.deadlineMs,
    openedOffset: item.openedOffset ?? -1n,
    openedAtMs: item.openedAtMs ?? item.lastTimeMs,
    lastOffset: item.lastOffset,
    lastTimeMs: item.lastTimeMs,
    opened: item.opened,
    parts: [
      ...[...item.vectors].map(([key, payload]) => {
        const end = key.indexOf('\n');
        return { partId: key.slice(0, end), kind: 'embedded' as const, digest: key.slice(end + 1), payload };
      }),
      ...[...item.failures].map(([partId, payload]) => ({
        partId,
        kind: 'failed' as const,
        digest: '',
        payload,
      })),
    ],
    review: item.review,
    redecide: item.redecide,
    judged: item.work === 'review' ? judged : undefined,
  };
}

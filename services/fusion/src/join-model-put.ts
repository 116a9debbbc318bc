import type { PutOutcome, PutRecord } from '@tercet/join-state';
import {
  isComplete,
  type Live,
  liveFrom,
  type ModelState,
  partsWithOutcome,
  type Settled,
  vectorKey,
} from './join-model-state.js';

type Of<K extends PutRecord['kind']> = Extract<PutRecord, { kind: K }>;

/** What is known of an item: alive, or settled. */
function find(state: ModelState, key: string): { live?: Live; settled?: Settled } {
  const live = state.live.get(key);
  if (live) return { live };
  const settled = state.settled.get(key) ?? state.decisions.get(key)?.settled;
  return settled ? { settled } : {};
}

/** Applies one record by the join's rules; see docs/join.md for each. */
export function putRecord(state: ModelState, record: PutRecord, lateWindowMs: number): PutOutcome {
  if (record.offset <= state.inOffset) return 'known';
  switch (record.kind) {
    case 'opened':
      return putOpened(state, record, lateWindowMs);
    case 'embedded':
    case 'failed':
      return putPart(state, record, lateWindowMs);
    case 'erased':
      return putErased(state, record);
    case 'reviewed':
      return putReview(state, record);
    case 'redecide':
      return putRedecide(state, record);
  }
}

/** Begins the record's version. What it overtakes and what is still owed becomes due with it. */
function begin(state: ModelState, record: PutRecord, over: Partial<Live>): void {
  const old = state.live.get(record.itemKey);
  const overtaken = [...(old?.overtaken ?? [])];
  if (old?.status === 'open')
    overtaken.push({
      kind: 'superseded',
      version: old.version,
      revision: 1,
      appliedOffset: record.offset,
    });
  if (old?.status === 'erasing')
    overtaken.push({
      kind: 'erased',
      version: old.version,
      revision: old.revision + 1,
      appliedOffset: old.lastOffset,
    });
  const owed = overtaken.length > 0;
  const replayFrom = owed && old ? old.replayFrom : record.offset;
  const item = liveFrom(record, { ...over, overtaken, replayFrom });
  if (owed) item.dueMs = 0;
  state.live.set(record.itemKey, item);
  state.settled.delete(record.itemKey);
}

function putOpened(state: ModelState, record: Of<'opened'>, lateWindowMs: number): PutOutcome {
  const { live, settled } = find(state, record.itemKey);
  const known = live ?? settled;
  const opening: Partial<Live> = {
    manifest: record.partIds,
    deadlineMs: record.deadlineMs,
    openedAtMs: record.timeMs,
    dueMs: record.partIds.length === 0 ? 0 : record.deadlineMs,
  };
  if (!known || record.version > known.version) {
    begin(state, record, opening);
    return 'opened';
  }
  if (record.version < known.version) return 'stale';
  if (record.offset > known.applied) return 'duplicate';
  const lateUntilMs = record.deadlineMs + lateWindowMs;
  const first = settled?.openedOffset === undefined || settled.openedOffset === record.offset;
  if (settled && !settled.erased && lateWindowMs > 0 && lateUntilMs > record.timeMs && first) {
    const { offset: openedOffset } = record;
    const kept = { ...opening, ...decidedAs(settled), openedOffset, dueMs: undefined, lateUntilMs };
    state.live.set(record.itemKey, liveFrom(record, kept));
    state.settled.delete(record.itemKey);
  }
  return 'replayed';
}

const decidedAs = (settled: Settled): Partial<Live> => ({
  status: 'decided',
  revision: settled.revision,
  applied: settled.applied,
  openedOffset: settled.openedOffset,
  human: settled.human,
  complete: settled.complete,
});

function putPart(state: ModelState, record: Of<'embedded'> | Of<'failed'>, lateWindowMs: number): PutOutcome {
  const { live, settled } = find(state, record.itemKey);
  const known = live ?? settled;
  if (!known || record.version > known.version) return 'orphan';
  if (record.version < known.version) return 'stale';
  if (!live || live.status === 'erasing' || live.manifest === undefined || live.manifest.length === 0)
    return afterDecision(known, record.offset);
  if (!live.manifest.includes(record.partId)) return 'unexpected_part';
  const decided = live.status === 'decided';
  const replayed = decided && record.offset <= live.applied;
  const seen = partsWithOutcome(live).has(record.partId);
  if (decided && !replayed) {
    if (record.kind === 'failed') return seen ? 'duplicate' : 'too_late';
    if (live.human || live.work === 'review') return 'human_kept';
    if (record.timeMs > live.deadlineMs + lateWindowMs) return 'too_late';
  }
  const again = record.kind === 'failed' ? seen : live.vectors.has(vectorKey(record.partId, record.digest));
  if (again) return replayed ? 'replayed' : 'duplicate';
  if (record.kind === 'failed') {
    live.failures.set(record.partId, record.payload);
  } else {
    live.vectors.set(vectorKey(record.partId, record.digest), record.payload);
    live.failures.delete(record.partId);
  }
  if (replayed) return 'replayed';
  live.lastOffset = record.offset;
  live.lastTimeMs = record.timeMs;
  if (decided) {
    if (live.work === '') live.work = 'late';
    live.dueMs = 0;
    return 'late';
  }
  if (!isComplete(live)) return 'stored';
  live.dueMs = 0;
  return 'completed';
}

function afterDecision(known: Live | Settled, offset: bigint): PutOutcome {
  if (offset <= known.applied) return 'replayed';
  return known.complete ? 'duplicate' : 'too_late';
}

function putErased(state: ModelState, record: Of<'erased'>): PutOutcome {
  const { live, settled } = find(state, record.itemKey);
  const known = live ?? settled;
  if (known && record.version < known.version) return 'stale';
  if (!known || record.version > known.version) {
    begin(state, record, { status: 'erasing', dueMs: 0 });
    return 'erasing';
  }
  if (record.offset <= known.applied) return 'replayed';
  if (live?.status === 'erasing' || settled?.erased) return 'duplicate';
  const item = liveFrom(record, {
    status: 'erasing',
    revision: known.revision,
    applied: known.applied,
    overtaken: live?.overtaken ?? [],
    replayFrom: live?.replayFrom ?? record.offset,
    dueMs: 0,
  });
  state.live.set(record.itemKey, item);
  state.settled.delete(record.itemKey);
  return 'erasing';
}

function putReview(state: ModelState, record: Of<'reviewed'>): PutOutcome {
  const { live, settled } = find(state, record.itemKey);
  const known = live ?? settled;
  if (!known || known.version !== record.version) return 'stale_review';
  if (record.offset <= known.applied) return 'replayed';
  const judgeable = live ? live.status === 'decided' && live.work === '' : settled?.erased === false;
  if (!judgeable || record.revision !== known.revision || !state.decisions.has(record.itemKey))
    return 'stale_review';
  const item = live ?? liveFrom(record, { ...(settled ? decidedAs(settled) : {}), opened: undefined });
  item.work = 'review';
  item.review = record.payload;
  item.lastOffset = record.offset;
  item.lastTimeMs = record.timeMs;
  item.dueMs = 0;
  state.live.set(record.itemKey, item);
  state.settled.delete(record.itemKey);
  return 'review_accepted';
}

function putRedecide(state: ModelState, record: Of<'redecide'>): PutOutcome {
  const { live, settled } = find(state, record.itemKey);
  const known = live ?? settled;
  if (!known) return 'redecide_without_vectors';
  if (record.version < known.version) return 'stale';
  if (record.version > known.version) return 'orphan';
  if (record.offset <= known.applied) return 'replayed';
  if (!live || live.manifest === undefined) return 'redecide_without_vectors';
  if (live.status === 'decided' && (live.human || live.work === 'review')) return 'human_kept';
  live.redecide = record.payload;
  live.lastOffset = record.offset;
  live.lastTimeMs = record.timeMs;
  if (live.status === 'decided') {
    live.work = 'redecide';
    live.dueMs = 0;
  }
  return 'redecide_accepted';
}

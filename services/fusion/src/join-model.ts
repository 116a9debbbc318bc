import {
  type AheadItem,
  aheadItems,
  DivergedError,
  hasAheadItems,
  type JoinHold,
  type JoinSettings,
  type JoinStore,
  KeptItems,
  LostError,
  type MarkRecord,
  type PutAnswer,
  type PutRecord,
  type StateFigures,
  type StatePosition,
  splitRecords,
  type TakeAnswer,
} from '@tercet/join-state';
import { BugError } from '@tercet/kit';
import { putRecord } from './join-model-put.js';
import {
  cloneState,
  dueItem,
  emptyState,
  isComplete,
  type Live,
  type ModelState,
  settledOf,
} from './join-model-state.js';

/** What one meta hash and its data set hold. */
export interface Meta {
  readonly partition: number;
  readonly dataSet: string;
  owner: number;
  seq: number;
  state: ModelState;
}

/**
 * The join's state as plain values: what the Redis Functions must be indistinguishable from, windows that expire by
 * themselves left out. Simulations use it as the store; `rollback` is a Redis that lost its last second.
 */
export class JoinModel implements JoinStore {
  readonly metas = new Map<number, Meta>();
  /** Data sets that are being filled, by name. */
  readonly building = new Map<string, Meta>();
  #tokens = 0;

  /** `trusting`: a mutant that never answers LOST. */
  constructor(
    private readonly settings: JoinSettings,
    private readonly trusting = false,
  ) {}

  async claim(partition: number, readyOffset: bigint): Promise<JoinHold | undefined> {
    const meta = this.metas.get(partition);
    if (!meta) return undefined;
    meta.owner = this.#tokens += 1;
    meta.seq += 1;
    if (readyOffset > meta.state.readyOffset) meta.state.readyOffset = readyOffset;
    return this.#hold(partition, () => this.metas.get(partition), meta);
  }

  async rebuild(partition: number, inOffset: bigint, replaces: string | undefined): Promise<JoinHold> {
    this.#tokens += 1;
    const meta: Meta = {
      partition,
      dataSet: `set-${this.#tokens}`,
      owner: this.#tokens,
      seq: 0,
      state: emptyState(inOffset),
    };
    this.building.set(meta.dataSet, meta);
    let adopted = false;
    return this.#hold(
      partition,
      () => (adopted ? this.metas.get(partition) : this.building.get(meta.dataSet)),
      meta,
      (readyOffset) => {
        if (this.metas.get(partition)?.dataSet !== replaces) throw new LostError('adopt');
        const built = this.building.get(meta.dataSet) as Meta;
        built.state.readyOffset = readyOffset;
        this.building.delete(meta.dataSet);
        this.metas.set(partition, built);
        adopted = true;
      },
    );
  }

  /** A copy of everything, for {@link restore}. */
  snapshot(): Snapshot {
    return { metas: cloneAll(this.metas), building: cloneAll(this.building) };
  }

  /** A server that starts from a snapshot; from none: empty. */
  restore(snapshot: Snapshot | undefined): void {
    for (const kept of ['metas', 'building'] as const) {
      const own = this[kept] as Map<unknown, Meta>;
      own.clear();
      for (const [key, meta] of cloneAll<unknown>(snapshot?.[kept] ?? new Map())) own.set(key, meta);
    }
  }

  /** Whatever is left of a partition's data sets but one: of an adopted one its keys, of one that is being filled its meta. */
  #removeOthers(partition: number, keep: string): number {
    let removed = 0;
    for (const [name, meta] of this.building) {
      if (meta.partition !== partition || name === keep) continue;
      this.building.delete(name);
      removed += 1;
    }
    const adopted = this.metas.get(partition);
    if (!adopted || adopted.dataSet === keep) return removed;
    const { live, settled, decisions } = adopted.state;
    for (const kept of [live, settled, decisions]) {
      removed += kept.size;
      kept.clear();
    }
    return removed;
  }

  #hold(
    partition: number,
    current: () => Meta | undefined,
    meta: Meta,
    adopt?: (readyOffset: bigint) => void,
  ): JoinHold {
    const { owner, dataSet } = meta;
    let { seq } = meta;
    const { inOffset, decisionsOffset, readyOffset } = meta.state;
    const position: StatePosition = { dataSet, inOffset, decisionsOffset, readyOffset };
    const enter = <T>(work: (state: ModelState) => T): T => {
      const now = current();
      const same = now?.owner === owner && now.seq === seq;
      if (!now || !(same || this.trusting)) throw new LostError(`partition ${partition}`);
      now.seq += 1;
      seq += 1;
      return work(now.state);
    };
    const { settings } = this;
    const kept = new KeptItems(settings.maxKeptBytes, inOffset + 1n);
    const keptItem = (key: string) => kept.openItem(key);
    const decidesAhead = settings.lateWindowMs === 0;
    return {
      position,
      put: async (records, to) => {
        const answer = enter((state) => put(state, records, to, settings));
        kept.put(records, answer.outcomes);
        return answer;
      },
      decidesAhead,
      mayBeAhead: (records) => decidesAhead && hasAheadItems(records, keptItem),
      ahead: async (records) => {
        const found = decidesAhead ? aheadItems(records, keptItem) : [];
        if (found.length === 0) return splitRecords(records, []);
        return enter((state) =>
          splitRecords(
            records,
            found.filter((one) => mayDecide(state, one)).map(({ item }) => item),
          ),
        );
      },
      take: async (untilMs) => enter((state) => take(state, untilMs, settings)),
      mark: async (marks, upTo) => {
        const answer = enter((state) => mark(state, marks, upTo, settings));
        kept.mark(marks);
        return answer;
      },
      adopt: async (ready) => {
        if (!adopt) throw new BugError('only a rebuilt data set can be adopted');
        enter(() => adopt(ready));
      },
      // In steps, as a scan has them, so that much may happen in between.
      sweep: async (place) => {
        const now = this.metas.get(partition);
        if (now?.owner !== owner || now.dataSet !== dataSet) throw new LostError('sweep');
        const removed = this.#removeOthers(partition, dataSet);
        const step = Number(place ?? 1);
        return { removed, next: step < SWEEP_STEPS ? String(step + 1) : undefined };
      },
    };
  }
}

function mayDecide({ live, settled, decisions }: ModelState, { item, isNew }: AheadItem): boolean {
  const known = live.get(item.itemKey);
  if (!isNew) return known?.status === 'open' && known.overtaken.length === 0;
  return !known && !settled.has(item.itemKey) && !decisions.has(item.itemKey);
}

const SWEEP_STEPS = 3;

export interface Snapshot {
  readonly metas: ReadonlyMap<number, Meta>;
  readonly building: ReadonlyMap<string, Meta>;
}

function cloneAll<K>(metas: ReadonlyMap<K, Meta>): Map<K, Meta> {
  return new Map([...metas].map(([key, meta]) => [key, { ...meta, state: cloneState(meta.state) }]));
}

function put(
  state: ModelState,
  records: readonly PutRecord[],
  inOffset: bigint,
  settings: JoinSettings,
): PutAnswer {
  const outcomes = records.map((record) => putRecord(state, record, settings.lateWindowMs));
  if (inOffset > state.inOffset) state.inOffset = inOffset;
  return { outcomes, ...figures(state) };
}

function take(state: ModelState, untilMs: number, settings: JoinSettings): TakeAnswer {
  for (const [key, item] of state.live) {
    if (item.status === 'decided' && item.work === '' && (item.lateUntilMs ?? untilMs + 1) <= untilMs)
      bury(state, key, item);
  }
  const due = [...state.live]
    .filter(([, item]) => item.dueMs !== undefined && item.dueMs <= untilMs)
    .sort(([keyA, a], [keyB, b]) => (a.dueMs ?? 0) - (b.dueMs ?? 0) || (keyA < keyB ? -1 : 1));
  const taken = due.slice(0, settings.maxTakeItems);
  const oldest = [...state.live].sort(
    ([keyA, a], [keyB, b]) => Number(a.replayFrom - b.replayFrom) || (keyA < keyB ? -1 : 1),
  )[0]?.[1];
  return {
    ...figures(state),
    items: taken.map(([key, item]) => dueItem(key, item, state.decisions.get(key)?.body)),
    more: due.length > taken.length,
    open: [...state.live.values()].filter((item) => item.dueMs !== undefined).length,
    oldestOpenedAtMs: oldest?.openedAtMs,
  };
}

function bury(state: ModelState, key: string, item: Live): void {
  state.live.delete(key);
  const { version, revision, applied, openedOffset, human, complete } = item;
  state.settled.set(key, { version, revision, applied, openedOffset, human, complete, erased: false });
}

function mark(
  state: ModelState,
  marks: readonly MarkRecord[],
  decisionsOffset: bigint | undefined,
  settings: JoinSettings,
): StateFigures {
  const diverged = divergedAt(state, marks);
  if (diverged !== undefined) throw new DivergedError(diverged);
  markState(state, marks, settings.lateWindowMs);
  if (decisionsOffset !== undefined) state.decisionsOffset = decisionsOffset;
  return figures(state);
}

/** The lowest offset that an unmarked decision was taken from, where the state has put more than that. */
function divergedAt(state: ModelState, marks: readonly MarkRecord[]): bigint | undefined {
  let lowest: bigint | undefined;
  for (const one of marks) {
    const { inOffset } = one;
    if (inOffset !== undefined && inOffset < (lowest ?? state.inOffset) && !isMarked(state, one))
      lowest = inOffset;
  }
  return lowest;
}

function isMarked(state: ModelState, decision: MarkRecord): boolean {
  const live = state.live.get(decision.itemKey);
  const known = live ?? state.settled.get(decision.itemKey) ?? state.decisions.get(decision.itemKey)?.settled;
  if (!known || isBefore(known, decision)) return false;
  return !live?.overtaken.some((old) => old.version <= decision.version);
}

/** Takes in what stands committed on `decisions`, in its order. */
export function markState(state: ModelState, marks: readonly MarkRecord[], lateWindowMs: number): void {
  for (const one of marks) {
    markOne(state, one, lateWindowMs);
    const kept = state.decisions.get(one.itemKey)?.settled;
    if (one.lookupTtlMs > 0 && !(kept && isBefore(one, kept)))
      state.decisions.set(one.itemKey, { settled: settledOf(one), body: one.decision });
  }
}

type Place = { readonly version: bigint; readonly revision: number };
const isBefore = (a: Place, b: Place): boolean =>
  a.version < b.version || (a.version === b.version && a.revision < b.revision);

function markOne(state: ModelState, decision: MarkRecord, lateWindowMs: number): void {
  const live = state.live.get(decision.itemKey);
  if (live && decision.version < live.version) {
    markOvertaken(live, decision.version);
    return;
  }
  const known = live ?? state.settled.get(decision.itemKey) ?? state.decisions.get(decision.itemKey)?.settled;
  if (known && !isBefore(known, decision)) return;
  const keeps = live?.version === decision.version && (live.manifest?.length ?? 0) > 0 && lateWindowMs > 0;
  if (live && keeps && decision.status === 'decided') {
    live.status = 'decided';
    live.revision = decision.revision;
    live.applied = decision.appliedOffset;
    live.human = decision.human;
    live.complete = decision.complete;
    live.work = '';
    live.review = undefined;
    live.overtaken = [];
    live.dueMs = undefined;
    live.replayFrom = live.openedOffset ?? live.replayFrom;
    live.lateUntilMs = live.deadlineMs + lateWindowMs;
    return;
  }
  state.live.delete(decision.itemKey);
  if (decision.tombstoneTtlMs > 0) state.settled.set(decision.itemKey, settledOf(decision));
}

/** A decision for a version settles every lower one. */
function markOvertaken(live: Live, version: bigint): void {
  if (live.overtaken.length === 0) return;
  live.overtaken = live.overtaken.filter((old) => old.version > version);
  if (live.overtaken.length > 0) return;
  live.replayFrom = live.openedOffset ?? live.replayFrom;
  if (live.status === 'open' && !isComplete(live)) live.dueMs = live.deadlineMs;
}

function figures(state: ModelState): StateFigures {
  let openLow = state.inOffset + 1n;
  for (const { replayFrom } of state.live.values()) if (replayFrom < openLow) openLow = replayFrom;
  const sizes = [...state.live.values()].map(sizeOf);
  let nextDueMs = Number.POSITIVE_INFINITY;
  for (const { dueMs, lateUntilMs } of state.live.values())
    nextDueMs = Math.min(nextDueMs, dueMs ?? nextDueMs, lateUntilMs ?? nextDueMs);
  return { nextDueMs, openLow, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

const sizeOf = (item: Live): number => {
  const payloads = [item.opened, item.review, item.redecide, ...item.vectors.values()];
  return payloads.reduce((sum, payload) => sum + 130 + (payload?.length ?? 0), 600);
};

import type { PartitionReader } from '@tercet/bus';
import { TOPIC } from '@tercet/contracts';
import { DivergedError, type JoinHold, type JoinStore } from '@tercet/join-state';
import { markToEnd } from './decision-log.js';
import type { FusionEvents } from './events.js';
import { decodeOpenLow } from './open-low.js';
import { sweepDataSets } from './sweep-data-sets.js';

export interface RecoveryDeps {
  /** Behind the fence: every decision of an earlier owner lies below it, and nothing hangs there. */
  readonly decisionsEnd: bigint;
  readonly store: JoinStore;
  readonly reader: PartitionReader;
  readonly events: FusionEvents;
  readonly nowMs: () => number;
  readonly dedupeWindowMs: number;
  readonly lookupWindowMs: number;
}

/** The group's committed position: for `open_low` only. */
export type Committed = { readonly offset: bigint; readonly metadata: string } | undefined;

export interface RecoveredState {
  readonly hold: JoinHold;
  readonly inOffset: bigint;
  readonly marked: number;
  readonly embeddings: EndOfLog;
}

/** Whatever was appended before `askedAtMs` of our clock lies below `end`. */
export interface EndOfLog {
  readonly end: bigint;
  readonly askedAtMs: number;
}

/**
 * Steps 3 and 4 of the protocol, after the fence: claims the state and brings it up to everything committed on
 * `decisions`, or fills a new data set where there is none, or where it does not fit the log (a restored snapshot, a
 * topic that was made anew), or went on without a decision that stands there.
 */
export async function recoverState(
  partition: number,
  committed: Committed,
  deps: RecoveryDeps,
  signal: AbortSignal,
): Promise<RecoveredState> {
  const { reader, store } = deps;
  const askedAtMs = deps.nowMs();
  const [{ low }, embeddings] = await Promise.all([
    reader.bounds({ topic: TOPIC.decisions, partition }),
    reader.bounds({ topic: TOPIC.embeddings, partition }),
  ]);
  const decisions = { low, end: deps.decisionsEnd };
  const log = { end: embeddings.end, askedAtMs };
  const windows = {
    dedupeWindowMs: deps.dedupeWindowMs,
    lookupWindowMs: deps.lookupWindowMs,
    nowMs: deps.nowMs(),
  };
  const claimed = await store.claim(partition, embeddings.end - 1n);
  const openLow = committed && decodeOpenLow(committed.metadata);
  let from = openLow ?? embeddings.low;
  let reason = 'no_state';
  if (claimed) {
    const { inOffset, decisionsOffset } = claimed.position;
    const unfit = misfit(claimed, decisions, embeddings);
    if (unfit === undefined) {
      const range = { from: decisionsOffset, end: decisions.end };
      // However old: nothing from here on is reflected in the state yet.
      const options = { ...windows, replayFrom: 0n, anew: false };
      const marked = await markToEnd(reader, claimed, partition, range, options, signal).catch(divergence);
      if (typeof marked === 'number') return { hold: claimed, inOffset, marked, embeddings: log };
      // The last commit may be by whoever went on without that decision.
      if (marked.inOffset + 1n < from) from = marked.inOffset + 1n;
    }
    reason = unfit ?? 'state_diverged';
  }
  const replayFrom = clamp(from, embeddings.low, embeddings.end);
  if (from < embeddings.low) reason = `${reason}_below_log_start`;
  deps.events.rebuilding(partition, reason, replayFrom);
  const hold = await store.rebuild(partition, replayFrom - 1n, claimed?.position.dataSet);
  const range = { from: decisions.low, end: decisions.end };
  const options = { ...windows, replayFrom, anew: true };
  const marked = await markToEnd(reader, hold, partition, range, options, signal);
  await hold.adopt(embeddings.end - 1n);
  void sweepDataSets(hold, partition, deps.events);
  return { hold, inOffset: replayFrom - 1n, marked, embeddings: log };
}

function divergence(error: unknown): DivergedError {
  if (error instanceof DivergedError) return error;
  throw error;
}

interface Bounds {
  readonly low: bigint;
  readonly end: bigint;
}

/** Why a state cannot be continued from; undefined where it can. */
function misfit(hold: JoinHold, decisions: Bounds, embeddings: Bounds): string | undefined {
  const { inOffset, decisionsOffset } = hold.position;
  if (inOffset + 1n < embeddings.low) return 'state_below_embeddings';
  if (inOffset + 1n > embeddings.end) return 'state_beyond_embeddings';
  if (decisionsOffset < decisions.low) return 'state_below_decisions';
  if (decisionsOffset > decisions.end) return 'state_beyond_decisions';
  return undefined;
}

const clamp = (value: bigint, low: bigint, high: bigint): bigint =>
  value < low ? low : value > high ? high : value;

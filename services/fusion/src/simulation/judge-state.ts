import type { BusRecord } from '@tercet/bus';
import { markOf } from '../decision-log.js';
import { markState } from '../join-model.js';
import { putRecord } from '../join-model-put.js';
import { emptyState, type ModelState } from '../join-model-state.js';
import { toPutRecord } from '../put-record.js';

const FOREVER_MS = 1e12;

/** What a lookup of a key answers, in short. */
function lookup(state: ModelState, key: string): string {
  const live = state.live.get(key);
  const kept = state.decisions.get(key)?.settled;
  const known = live ?? state.settled.get(key) ?? kept;
  const decision = kept ? `${kept.version}.${kept.revision}` : 'none';
  if (!known) return `unknown, ${decision}`;
  return `${live && live.status !== 'decided' ? 'pending' : 'decided'} ${known.version}, ${decision}`;
}

/** Something that the state still owes. */
export function owed(state: ModelState): string | undefined {
  for (const [key, item] of state.live) if (item.dueMs !== undefined) return `${key} ${item.version}`;
  return undefined;
}

/** Holds lookups of a state against those of one that is made anew from the logs. Answers where they differ. */
export function judgeState(
  state: ModelState,
  embeddings: readonly BusRecord[],
  decisions: readonly BusRecord[],
  keys: ReadonlySet<string>,
  lateWindowMs: number,
): string | undefined {
  const anew = emptyState(-1n);
  const windows = { dedupeWindowMs: FOREVER_MS, lookupWindowMs: FOREVER_MS, replayFrom: 0n, nowMs: 0 };
  const marks = decisions.flatMap((record) => markOf(record, windows) ?? []);
  markState(anew, marks, lateWindowMs);
  for (const record of embeddings) {
    const put = toPutRecord(record);
    if (typeof put !== 'string') putRecord(anew, put, lateWindowMs);
  }
  for (const key of keys) {
    const [is, wanted] = [lookup(state, key), lookup(anew, key)];
    if (is !== wanted) return `state: ${key} is ${is}; rebuilt it would be ${wanted}`;
  }
  return undefined;
}

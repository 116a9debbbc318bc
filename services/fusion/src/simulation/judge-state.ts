import type { MarkRecord, PutRecord } from '@tercet/join-state';
import { markState } from '../join-model.js';
import { putRecord } from '../join-model-put.js';
import { emptyState, type ModelState } from '../join-model-state.js';
import { markStatus } from '../plan-decisions.js';
import type { Fact } from './facts.js';
import type { Told } from './judge.js';

const NOTHING = new Uint8Array();

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
  facts: readonly Fact[],
  told: ReadonlyMap<string, readonly Told[]>,
  lateWindowMs: number,
): string | undefined {
  const anew = emptyState(-1n);
  markState(anew, [...told.values()].flat().map(markOf), lateWindowMs);
  for (const fact of facts) putRecord(anew, putOf(fact), lateWindowMs);
  for (const key of new Set(facts.map((fact) => fact.key))) {
    const [is, wanted] = [lookup(state, key), lookup(anew, key)];
    if (is !== wanted) return `state: ${key} is ${is}; rebuilt it would be ${wanted}`;
  }
  return undefined;
}

function markOf({ decision }: Told): MarkRecord {
  const { itemKey, version, revision, appliedOffset, openedOffset } = decision;
  return {
    itemKey,
    version,
    revision,
    status: markStatus(decision),
    human: decision.human !== undefined,
    complete: !decision.partsMissing.some((part) => part.state === 'pending'),
    appliedOffset,
    inOffset: undefined,
    openedOffset,
    tombstoneTtlMs: 1,
    lookupTtlMs: 1,
    decision: NOTHING,
  };
}

function putOf(fact: Fact): PutRecord {
  const { key: itemKey, version, offset, timeMs } = fact;
  const common = { itemKey, version, offset, timeMs, payload: NOTHING };
  switch (fact.kind) {
    case 'opened':
      return { ...common, kind: 'opened', partIds: fact.parts, deadlineMs: timeMs + fact.windowMs };
    case 'embedded':
      return { ...common, kind: 'embedded', partId: fact.partId, digest: fact.model };
    case 'failed':
      return { ...common, kind: 'failed', partId: fact.partId };
    case 'reviewed':
      return { ...common, kind: 'reviewed', revision: fact.revision };
    default:
      return { ...common, kind: fact.kind };
  }
}

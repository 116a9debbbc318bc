import { type BusRecord, FENCE_KEY } from '@tercet/bus';
import { Decision, DecisionCause, DecisionStatus } from '@tercet/contracts';
import type { Fact } from './facts.js';
import { judgeDecision } from './judge-decision.js';

export interface Told {
  readonly decision: Decision;
  /** Append time of the decision. */
  readonly timeMs: number;
}

export interface Rules {
  readonly lateWindowMs: number;
}

/**
 * Holds a read_committed view of `decisions` of one partition against everything that was published on `embeddings`.
 * Answers the first breach of the promise; undefined where there is none. `settled`: nothing more is to come, so that
 * whatever was opened must be decided.
 */
export function judge(
  facts: readonly Fact[],
  records: readonly BusRecord[],
  rules: Rules,
  settled: boolean,
): string | undefined {
  const byKey = new Map<string, Told[]>();
  let before: Decision | undefined;
  for (const record of records) {
    const key = Buffer.from(record.key as Uint8Array).toString();
    if (record.value === undefined) {
      if (key !== FENCE_KEY && (before?.itemKey !== key || before.status !== DecisionStatus.ERASED))
        return `tombstone: of ${key} at ${record.offset}, not behind its erasure`;
      before = undefined;
      continue;
    }
    const decision = Decision.decode(record.value);
    if (decision.itemKey !== key) return `order: a decision about ${decision.itemKey} under the key ${key}`;
    const told = byKey.get(key) ?? [];
    const last = told.at(-1)?.decision;
    const name = `${key} ${decision.version}.${decision.revision} at ${record.offset}`;
    if (last && last.version === decision.version && last.revision >= decision.revision)
      return `duplicate: ${name} after revision ${last.revision}`;
    if (last && last.version > decision.version) return `order: ${name} after version ${last.version}`;
    told.push({ decision, timeMs: Number(record.timestampMs) });
    byKey.set(key, told);
    before = decision;
  }
  return judgeItems(facts, byKey, rules, settled);
}

function judgeItems(
  facts: readonly Fact[],
  byKey: ReadonlyMap<string, readonly Told[]>,
  rules: Rules,
  settled: boolean,
): string | undefined {
  const factsOf = new Map<string, Fact[]>();
  for (const fact of facts) {
    const own = factsOf.get(fact.key);
    if (own) own.push(fact);
    else factsOf.set(fact.key, [fact]);
  }
  for (const [key, told] of byKey) {
    const own = factsOf.get(key);
    if (!own) return `invented: ${key} was never published`;
    for (const [n, one] of told.entries()) {
      const wrong = judgeDecision(one, told[n - 1], own, rules);
      if (wrong !== undefined)
        return `${wrong} (${key} ${one.decision.version}.${one.decision.revision} ${DecisionCause[one.decision.cause]})`;
    }
  }
  if (!settled) return undefined;
  for (const [key, own] of factsOf) {
    const told = byKey.get(key) ?? [];
    for (const version of openedVersions(own))
      if (!told.some(({ decision }) => decision.version === version))
        return `lost: ${key} ${version} was never decided`;
  }
  return undefined;
}

/** Versions whose opening was not overtaken before it came. */
export function openedVersions(facts: readonly Fact[]): bigint[] {
  const opened: bigint[] = [];
  let latest = 0n;
  for (const { kind, version } of facts) {
    if ((kind !== 'opened' && kind !== 'erased') || version <= latest) continue;
    latest = version;
    if (kind === 'opened') opened.push(version);
  }
  return opened;
}

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
 * Both grow while it looks on.
 */
export class Judge {
  /** Every decision by item key, in log order. */
  readonly told = new Map<string, Told[]>();
  readonly #factsOf = new Map<string, Fact[]>();
  #factsRead = 0;
  #before: Decision | undefined;

  constructor(
    private readonly facts: readonly Fact[],
    private readonly rules: Rules,
  ) {}

  /** Takes in what became readable. Answers the first breach of the promise; undefined where there is none. */
  read(records: readonly BusRecord[]): string | undefined {
    for (const fact of this.facts.slice(this.#factsRead)) {
      const own = this.#factsOf.get(fact.key);
      if (own) own.push(fact);
      else this.#factsOf.set(fact.key, [fact]);
    }
    this.#factsRead = this.facts.length;
    for (const record of records) {
      const wrong = this.#readOne(record);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  #readOne(record: BusRecord): string | undefined {
    const key = Buffer.from(record.key as Uint8Array).toString();
    const before = this.#before;
    this.#before = undefined;
    if (record.value === undefined) {
      if (key === FENCE_KEY || (before?.itemKey === key && before.status === DecisionStatus.ERASED))
        return undefined;
      return `tombstone: of ${key} at ${record.offset}, not behind its erasure`;
    }
    const decision = Decision.decode(record.value);
    this.#before = decision;
    if (decision.itemKey !== key) return `order: a decision about ${decision.itemKey} under the key ${key}`;
    const told = this.told.get(key) ?? [];
    const last = told.at(-1);
    const name = `${key} ${decision.version}.${decision.revision} at ${record.offset}`;
    if (last?.decision.version === decision.version && last.decision.revision >= decision.revision)
      return `duplicate: ${name} after revision ${last.decision.revision}`;
    if (last && last.decision.version > decision.version)
      return `order: ${name} after version ${last.decision.version}`;
    const facts = this.#factsOf.get(key);
    if (!facts) return `invented: ${key} was never published`;
    const one = { decision, timeMs: Number(record.timestampMs) };
    told.push(one);
    this.told.set(key, told);
    const wrong = judgeDecision(one, last, facts, this.rules);
    return wrong && `${wrong} (${name} ${DecisionCause[decision.cause]})`;
  }

  /** Nothing more is to come: what was opened and never decided. */
  lost(): string | undefined {
    for (const [key, own] of this.#factsOf) {
      const told = this.told.get(key) ?? [];
      for (const version of openedVersions(own))
        if (!told.some(({ decision }) => decision.version === version))
          return `lost: ${key} ${version} was never decided`;
    }
    return undefined;
  }
}

/** Versions whose opening was not overtaken before it came. */
function openedVersions(facts: readonly Fact[]): bigint[] {
  const opened: bigint[] = [];
  let latest = 0n;
  for (const { kind, version } of facts) {
    if ((kind !== 'opened' && kind !== 'erased') || version <= latest) continue;
    latest = version;
    if (kind === 'opened') opened.push(version);
  }
  return opened;
}

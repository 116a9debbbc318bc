import {
  Decision,
  DecisionCause,
  DecisionStatus,
  type DecisionTimings,
  decisionId,
  HEADER,
  itemKey,
  TOPIC,
} from '@tercet/contracts';
import { type Change, readRecord } from '../ingest/read-record.js';
import type { ReadChunk } from '../ingest/write-batch.js';

export interface SampleDecision {
  readonly tenant?: string;
  readonly itemId?: string;
  readonly version?: bigint;
  readonly revision?: number;
  readonly status?: DecisionStatus;
  readonly cause?: DecisionCause;
  readonly action?: string;
  /** Flagged categories with their severity. */
  readonly flagged?: Readonly<Record<string, number>>;
  readonly modalities?: readonly string[];
  readonly missing?: readonly string[];
  readonly languages?: readonly string[];
  readonly conflict?: boolean;
  readonly policy?: string;
  readonly reviewId?: string;
  readonly reviewerId?: string;
  readonly decidedAtMs?: number;
}

/** A decision as fusion would write it, for tests and benches of what reads them. */
export function sampleDecision(given: SampleDecision = {}): Decision {
  const { tenant = 'acme', itemId = 'post-1', version = 1n, revision = 1 } = given;
  const { status = DecisionStatus.DECIDED, action = 'allow', flagged = {} } = given;
  const key = itemKey(tenant, itemId);
  const modalities = given.modalities ?? ['text'];
  const [policyId = 'default', policyVersion = '1'] = (given.policy ?? 'default@1').split('@');
  return Decision.fromPartial({
    decisionId: decisionId(key, version, revision),
    itemKey: key,
    tenant,
    itemId,
    version,
    revision,
    status,
    cause: given.cause ?? DecisionCause.COMPLETE,
    action: status === DecisionStatus.DECIDED ? action : '',
    flagged: Object.keys(flagged).length > 0,
    categories: Object.entries(flagged).map(([category, severity]) => ({
      category,
      severity,
      flagged: true,
      score: 0.9,
      threshold: 0.5,
      contributions: modalities.map((partId) => ({ partId, score: 0.9, share: 1 / modalities.length })),
    })),
    partsUsed: modalities.map((modality, n) => ({
      partId: modality,
      modality,
      language: given.languages?.[n] ?? given.languages?.[0] ?? '',
    })),
    partsMissing: (given.missing ?? []).map((modality) => ({
      partId: `missing-${modality}`,
      modality,
      code: 'timeout',
      state: 'pending',
    })),
    modalitiesUsed: [...modalities],
    modalitiesMissing: [...(given.missing ?? [])],
    conflicts: given.conflict
      ? [{ category: 'hate', highPartId: 'text', highScore: 0.9, lowPartId: 'image', lowScore: 0.1 }]
      : [],
    policy: { id: policyId, version: policyVersion },
    ...(given.reviewId === undefined
      ? {}
      : {
          human: {
            reviewId: given.reviewId,
            reviewerId: given.reviewerId ?? 'someone',
            judgedRevision: revision - 1,
          },
        }),
  });
}

/** What the ingest makes of a decision. */
export function decisionChange(given: SampleDecision = {}): Change {
  const decision = sampleDecision(given);
  const atMs = given.decidedAtMs ?? 1_700_000_000_000;
  const timings: DecisionTimings = {
    openedAtMs: atMs - 250,
    lastPartAtMs: atMs - 50,
    deadlineMs: atMs + 9_750,
    decidedAtMs: atMs,
  };
  const change = readRecord({
    topic: TOPIC.decisions,
    partition: 0,
    offset: 0n,
    key: Buffer.from(decision.itemKey),
    value: Decision.encode(decision).finish(),
    headers: { [HEADER.timings]: Buffer.from(JSON.stringify(timings)) },
    timestampMs: BigInt(atMs),
  });
  if (!change) throw new Error('the ingest passes the sample over');
  return change;
}

/** One partition's chunk of changes, from an offset on. */
export function chunkOf(changes: readonly Change[], from = 0n, topic: string = TOPIC.decisions): ReadChunk {
  return {
    topic,
    partition: 0,
    changes: changes.map((change, n) => ({ offset: from + BigInt(n), change })),
    nextOffset: from + BigInt(changes.length),
    lag: 0n,
  };
}

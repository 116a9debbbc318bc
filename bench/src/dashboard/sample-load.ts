import type { OutgoingRecord } from '@tercet/bus';
import {
  Decision,
  DecisionCause,
  DecisionStatus,
  type DecisionTimings,
  decisionId,
  HEADER,
  itemKey,
  JoinRecord,
  TOPIC,
} from '@tercet/contracts';

const TENANTS = ['acme', 'globex', 'initech'];
const LANGUAGES = ['en', 'de', 'fr', ''];
const CATEGORIES = ['hate', 'harassment', 'spam/scam', 'self-harm', 'violence'];
const AGE_STEP_MS = 700;

/** The n-th item: mostly allowed, one in ten for people, some with conflicts and missing parts, as a pipeline sees them. */
export function sampleItem(n: number): { readonly tenant: string; readonly itemId: string } {
  return { tenant: TENANTS[n % TENANTS.length] ?? '', itemId: `post-${n}` };
}

/** What fusion would write about the n-th item, with all that makes a record large. */
export function decisionRecord(n: number, nowMs: number): OutgoingRecord {
  const { tenant, itemId } = sampleItem(n);
  const key = itemKey(tenant, itemId);
  const action = n % 10 === 0 ? 'review' : n % 25 === 1 ? 'block' : n % 8 === 2 ? 'flag' : 'allow';
  const category = CATEGORIES[n % CATEGORIES.length] ?? '';
  const flagged = action !== 'allow';
  const parts = n % 3 === 0 ? ['image', 'text'] : ['text'];
  const decision = Decision.fromPartial({
    decisionId: decisionId(key, 1n, 1),
    itemKey: key,
    tenant,
    itemId,
    version: 1n,
    revision: 1,
    status: DecisionStatus.DECIDED,
    cause: n % 50 === 3 ? DecisionCause.DEADLINE : DecisionCause.COMPLETE,
    action,
    flagged,
    categories: CATEGORIES.map((name) => ({
      category: name,
      flagged: flagged && name === category,
      score: name === category && flagged ? 0.9 : 0.02,
      severity: name === category && flagged ? 1 + (n % 7) : 0,
      threshold: 0.5,
      appliedInputTypes: parts,
      contributions: parts.map((partId) => ({ partId, score: 0.02, share: 1 / parts.length })),
    })),
    partsUsed: parts.map((modality) => ({
      partId: modality,
      modality,
      language: modality === 'text' ? (LANGUAGES[n % LANGUAGES.length] ?? '') : '',
      encoderDigest: 'e'.repeat(64),
      vectors: [{ modelDigest: 'm'.repeat(64), vectorDigest: 'v'.repeat(64) }],
    })),
    partsMissing:
      n % 50 === 3 ? [{ partId: 'sound', modality: 'audio', code: 'timeout', state: 'pending' }] : [],
    modalitiesUsed: parts,
    modalitiesMissing: n % 50 === 3 ? ['audio'] : [],
    conflicts:
      n % 40 === 0
        ? [{ category, highPartId: 'text', highScore: 0.9, lowPartId: 'image', lowScore: 0.1 }]
        : [],
    policy: { id: 'default', version: String(1 + (n % 2)) },
  });
  const decidedAtMs = nowMs - n * AGE_STEP_MS;
  const timings: DecisionTimings = {
    openedAtMs: decidedAtMs - 100 - (n % 400),
    lastPartAtMs: decidedAtMs - 20,
    deadlineMs: decidedAtMs + 9_000,
    decidedAtMs,
  };
  return {
    topic: TOPIC.decisions,
    key,
    value: Decision.encode(decision).finish(),
    headers: { [HEADER.timings]: JSON.stringify(timings) },
  };
}

/** The opening of the n-th item. */
export function openingRecord(n: number): OutgoingRecord {
  const { tenant, itemId } = sampleItem(n);
  const key = itemKey(tenant, itemId);
  const record = JoinRecord.fromPartial({
    itemKey: key,
    version: 1n,
    body: {
      $case: 'itemOpened',
      value: {
        parts: (n % 3 === 0 ? ['image', 'text'] : ['text']).map((modality) => ({
          partId: modality,
          modality,
        })),
        context: {
          authorId: `author-${n % 5_000}`,
          surface: 'post',
          reach: BigInt((n * 7_919) % 100_000),
          reports: BigInt(n % 5),
        },
        windowMs: 10_000n,
      },
    },
  });
  return { topic: TOPIC.embeddings, key, value: JoinRecord.encode(record).finish() };
}

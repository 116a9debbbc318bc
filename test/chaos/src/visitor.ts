import { setTimeout as delay } from 'node:timers/promises';
import { type GatewayClient, GatewayError } from '@tercet/client';
import { LookupState, Review, splitItemKey } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';
import { pick, type Random, seededRandom } from './random.js';

/** What the gateway's callers heard. */
export interface Visits {
  /** Look-ups answered, of items that were decided before they were asked for. */
  answered: number;
  /** Calls refused: UNAVAILABLE or out of time, which a fault may cause. */
  refused: number;
  reviewed: number;
  /** When a call was answered; milliseconds since the epoch. */
  readonly answeredAtMs: number[];
  /** Keys of decided items that were answered as unknown. */
  readonly unknown: string[];
  /** Refusals of any other kind. */
  readonly failed: string[];
}

export const noVisits = (): Visits => ({
  answered: 0,
  refused: 0,
  reviewed: 0,
  answeredAtMs: [],
  unknown: [],
  failed: [],
});

const ROUND_MS = 500;
const ASKED = 10;
const TIMEOUT_MS = 2000;
/** Every so manieth round judges one item. */
const REVIEW_ROUNDS = 4;

/** Looks decided items up, and now and then reviews one, until the signal. `decided`: keys of committed decisions. */
export async function visit(
  gateway: GatewayClient,
  seed: number,
  decided: readonly string[],
  visits: Visits,
  signal: AbortSignal,
): Promise<void> {
  const random = seededRandom(seed);
  for (let round = 0; !signal.aborted; round += 1) {
    await delay(ROUND_MS, undefined, { signal }).catch(() => undefined);
    if (decided.length === 0) continue;
    await hear(visits, () => lookUp(gateway, random, decided, visits));
    if (round % REVIEW_ROUNDS === 0)
      await hear(visits, () => review(gateway, `v${round}`, pick(random, decided), visits));
  }
}

async function lookUp(
  gateway: GatewayClient,
  random: Random,
  decided: readonly string[],
  visits: Visits,
): Promise<void> {
  const keys = Array.from({ length: ASKED }, () => pick(random, decided));
  const answers = await gateway.getDecisions(keys.map(idsOf), TIMEOUT_MS);
  visits.answered += answers.length;
  for (const [n, { state }] of answers.entries())
    if (state !== LookupState.DECIDED && state !== LookupState.PENDING) visits.unknown.push(keys[n] ?? '');
}

async function review(
  gateway: GatewayClient,
  reviewId: string,
  itemKey: string,
  visits: Visits,
): Promise<void> {
  const { tenant, itemId } = idsOf(itemKey);
  const { decision, version, revision } = await gateway.getDecision(tenant, itemId, TIMEOUT_MS);
  if (decision === undefined || decision.version !== version) return;
  const judged = { reviewId, itemKey, version, revision, action: 'flag', reviewerId: 'chaos' };
  await gateway.submitReview(Review.fromPartial(judged), TIMEOUT_MS);
  visits.reviewed += 1;
}

const MAY_PASS = new Set(['UNAVAILABLE', 'CANCELLED', 'RESOURCE_EXHAUSTED']);

async function hear(visits: Visits, call: () => Promise<void>): Promise<void> {
  try {
    await call();
    visits.answeredAtMs.push(Date.now());
  } catch (error) {
    if (error instanceof UnavailableError) visits.refused += 1;
    else if (!(error instanceof GatewayError)) throw error;
    else if (MAY_PASS.has(error.grpcStatus)) visits.refused += 1;
    // Somebody was faster: an answer like any other.
    else if (error.code === 'stale_review') visits.answeredAtMs.push(Date.now());
    else visits.failed.push(`${error.grpcStatus} ${error.code} ${error.message}`);
  }
}

function idsOf(itemKey: string): { tenant: string; itemId: string } {
  const ids = splitItemKey(itemKey);
  if (!ids) throw new Error('not an item key');
  return ids;
}

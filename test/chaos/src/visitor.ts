import { setTimeout as delay } from 'node:timers/promises';
import { type GatewayClient, GatewayError } from '@tercet/client';
import { LookupState, Review, splitItemKey } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';
import { between, type Random, seededRandom } from './random.js';

/** What the gateway's callers heard. */
export interface Visits {
  /** Look-ups answered, of items that were decided before they were asked for. */
  answered: number;
  /** Calls refused: UNAVAILABLE or out of time, which a fault may cause. */
  refused: number;
  reviewed: number;
  /** When a call was answered; milliseconds since the epoch. */
  readonly answeredAtMs: number[];
  /** Decided items that were answered as unknown, as of an offset behind their opening. */
  readonly unknown: string[];
  /** Decided items of which nothing was known as of an offset before their opening: Redis had stepped back. */
  behind: number;
  /** Refusals of any other kind. */
  readonly failed: string[];
}

export const noVisits = (): Visits => ({
  answered: 0,
  refused: 0,
  reviewed: 0,
  answeredAtMs: [],
  unknown: [],
  behind: 0,
  failed: [],
});

const ROUND_MS = 500;
const ASKED = 10;
/** Of the decided items, the latest so many: of older ones the join may forget. */
const LATEST = 5000;
const TIMEOUT_MS = 2000;
/** Every so manieth round judges one item. */
const REVIEW_ROUNDS = 4;

/** An item with a committed decision. */
export interface DecidedItem {
  readonly itemKey: string;
  /** Of the opening of its first version. */
  readonly openedAt: bigint;
}

/** Looks decided items up, and now and then reviews one, until the signal. */
export async function visit(
  gateway: GatewayClient,
  seed: number,
  decided: readonly DecidedItem[],
  visits: Visits,
  signal: AbortSignal,
): Promise<void> {
  const random = seededRandom(seed);
  for (let round = 0; !signal.aborted; round += 1) {
    await delay(ROUND_MS, undefined, { signal }).catch(() => undefined);
    if (decided.length === 0) continue;
    await hear(visits, () => lookUp(gateway, random, decided, visits));
    if (round % REVIEW_ROUNDS === 0)
      await hear(visits, () => review(gateway, `v${round}`, recent(random, decided).itemKey, visits));
  }
}

function recent(random: Random, decided: readonly DecidedItem[]): DecidedItem {
  return decided[between(random, Math.max(0, decided.length - LATEST), decided.length - 1)] as DecidedItem;
}

async function lookUp(
  gateway: GatewayClient,
  random: Random,
  decided: readonly DecidedItem[],
  visits: Visits,
): Promise<void> {
  const asked = Array.from({ length: ASKED }, () => recent(random, decided));
  const answers = await gateway.getDecisions(
    asked.map(({ itemKey }) => idsOf(itemKey)),
    TIMEOUT_MS,
  );
  visits.answered += answers.length;
  for (const [n, { state, asOfOffset }] of answers.entries()) {
    const item = asked[n];
    if (!item || state === LookupState.DECIDED || state === LookupState.PENDING) continue;
    if (asOfOffset < item.openedAt) visits.behind += 1;
    else visits.unknown.push(`${item.itemKey} as of ${asOfOffset} at ${new Date().toISOString()}`);
  }
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

import { createHash, randomUUID } from 'node:crypto';
import { ACTIONS, MODIFIERS } from '@tercet/contracts';
import { z } from 'zod';
import type { Principal } from '../access/principal.js';
import { may, RESTRICTED_CATEGORY } from '../access/rights.js';
import type { ReviewAnswer, ReviewRequest } from '../api/review.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database, Sql } from '../database/database.js';
import { SUMMARY_COLUMNS, type SummaryRow, toSummary } from '../feed/decision-summary.js';
import { ApiRefusal } from '../http/api-error.js';
import { restrictItems } from '../ingest/write-decisions.js';
import { notifyQueue } from './apply-case-changes.js';
import type { CaseRow } from './case-rows.js';
import { endClaim, heldCase } from './claim-case.js';
import { answerGolden } from './golden-cases.js';
import { askSecondOpinion } from './second-opinion.js';

const MAX_NOTE_CHARS = 2_000;

/** The rules of review.proto, and of api/review.ts. */
export const reviewBody = z.strictObject({
  judgedVersion: z.number().int().min(1),
  judgedRevision: z.number().int().min(1),
  action: z.enum(ACTIONS),
  modifiers: z.array(z.enum(MODIFIERS)).max(MODIFIERS.length).transform(unique),
  categories: z
    .array(z.string().regex(/^[^\p{C}]{1,128}$/u))
    .max(64)
    .transform(unique),
  note: z
    .string()
    .refine((note) => [...note].length <= MAX_NOTE_CHARS, `at most ${MAX_NOTE_CHARS} characters`),
  outcome: z.enum(['upheld', 'overturned']).optional(),
});

function unique<T>(values: T[]): T[] {
  return [...new Set(values)];
}

export interface ReviewRules {
  readonly undoMs: number;
  /** Share of reviews, 0..1, that a second person judges too. */
  readonly secondOpinionShare: number;
}

/**
 * Takes somebody's word on a case: the review is committed with the case's end, and sent afterwards from the outbox.
 * @throws ApiRefusal `lease_lost`, `stale_revision` (with the latest), `wrong_outcome`, `forbidden`
 */
export async function submitReview(
  database: Database,
  caseId: string,
  principal: Principal,
  request: ReviewRequest,
  rules: ReviewRules,
): Promise<ReviewAnswer> {
  const reviewId = randomUUID();
  const nowMs = Date.now();
  const golden = await database.transaction(async (sql) => {
    const held = await heldCase(sql, caseId, principal);
    if (!may(principal, { kind: 'review', tenant: held.tenant, queue: held.queue }))
      throw new ApiRefusal('forbidden', 'This queue is not yours.');
    if (held.kind === 'golden') await answerGolden(sql, held.golden_id ?? '', principal, request.action);
    else await recordReview(sql, held, { reviewId, principal, request, nowMs });
    await sql.query("UPDATE cases SET state = 'decided', review_id = $2, decided_at = now() WHERE id = $1", [
      caseId,
      reviewId,
    ]);
    await endClaim(sql, caseId, 'reviewed');
    if (held.kind === 'review' && isSampled(reviewId, rules.secondOpinionShare))
      await askSecondOpinion(sql, held, { firstReviewId: reviewId, excluded: [principal.id], note: '' });
    await notifyQueue(sql, held.queue);
    await appendAudit(sql, {
      actor: principal.id,
      act: 'review',
      subject: held.item_key,
      detail: { case: caseId, review: reviewId, action: request.action, queue: held.queue },
    });
    return held.kind === 'golden';
  });
  return { reviewId, undoUntilMs: golden ? nowMs : nowMs + rules.undoMs, golden };
}

interface Word {
  readonly reviewId: string;
  readonly principal: Principal;
  readonly request: ReviewRequest;
  readonly nowMs: number;
}

async function recordReview(
  sql: Sql,
  held: CaseRow,
  { reviewId, principal, request, nowMs }: Word,
): Promise<void> {
  const latest = await latestOf(sql, held.item_key);
  if (latest.version !== request.judgedVersion || latest.revision !== request.judgedRevision)
    throw new ApiRefusal('stale_revision', 'A newer decision of this item came meanwhile.', {
      latest: toSummary(latest),
    });
  if (held.kind === 'appeal') await decideAppeal(sql, held, reviewId, request, latest.action);
  else if (request.outcome !== undefined)
    throw new ApiRefusal('wrong_outcome', 'Only an appeal is upheld or overturned.');
  await sql.query(
    `INSERT INTO reviews (review_id, item_key, version, revision, action, modifiers, categories, reviewer_id, kind, note,
       reviewed_at_ms, unsent, case_id, judged_action, judged_modifiers, judged_machine, seconds)
     VALUES ($1, $2, $3::bigint, $4, $5, $6::text[], $7::text[], $8, $9, $10, $11, true, $12, $13, $14::text[], $15, $16)`,
    [
      reviewId,
      held.item_key,
      latest.exact_version,
      latest.revision,
      request.action,
      [...request.modifiers].sort(),
      [...request.categories],
      principal.id,
      held.kind === 'review' ? 'queue' : held.kind,
      request.note.replaceAll('\0', '\uFFFD'),
      nowMs,
      held.id,
      latest.action,
      [...latest.modifiers],
      !latest.human,
      held.claimed_at_ms === null ? null : Math.max(0, nowMs - held.claimed_at_ms) / 1000,
    ],
  );
  if (request.categories.includes(RESTRICTED_CATEGORY)) await restrictItems(sql, [held.item_key]);
}

async function decideAppeal(
  sql: Sql,
  held: CaseRow,
  reviewId: string,
  { outcome, action }: ReviewRequest,
  contested: string,
): Promise<void> {
  if (outcome === undefined)
    throw new ApiRefusal('wrong_outcome', 'An appeal is either upheld or overturned.');
  if ((outcome === 'upheld') !== (action === contested))
    throw new ApiRefusal('wrong_outcome', 'Upheld keeps the action as it is; overturned changes it.');
  await sql.query('UPDATE appeals SET outcome = $2, review_id = $3 WHERE appeal_id = $1', [
    held.appeal_id,
    outcome,
    reviewId,
  ]);
}

/** The latest decision as it stands now, held so that no ingest moves it before this transaction ends. */
export async function latestOf(
  sql: Sql,
  itemKey: string,
): Promise<SummaryRow & { readonly exact_version: string; readonly review_id: string | null }> {
  const [row] = await sql.query<SummaryRow & { exact_version: string; review_id: string | null }>(
    `SELECT ${SUMMARY_COLUMNS}, d.version::text AS exact_version, d.review_id
     FROM items JOIN decisions d ON d.seq = items.latest_seq WHERE items.item_key = $1 FOR UPDATE OF items`,
    [itemKey],
  );
  if (!row) throw new ApiRefusal('not_found', 'No decision of this item is known.');
  return row;
}

/** Chosen by the review's random id, so that nobody can tell beforehand. */
function isSampled(reviewId: string, share: number): boolean {
  return createHash('sha256').update(reviewId).digest().readUInt32BE() < share * 2 ** 32;
}

import type { Quality } from '../api/review.js';
import type { Sql } from '../database/database.js';
import type { Tenants } from '../feed/feed-filter.js';
import { PASSED_ON } from '../queues/golden-cases.js';
import { cohensKappa } from './kappa.js';

/** How well and how fast people decide, over the last days, for the tenants that the asker sees. Reviews that were taken back do not count. */
export async function readQuality(sql: Sql, days: number, tenants: Tenants): Promise<Quality> {
  const since = [days, tenants === 'all' ? null : [...tenants]];
  const [pairs, [golden], matrix, [seconds], reviewers] = await Promise.all([
    sql.query<{ first: string; second: string }>(
      `SELECT first.action AS first, second.action AS second
       FROM cases c JOIN reviews first ON first.review_id = c.first_review_id
         JOIN reviews second ON second.review_id = c.review_id
       WHERE c.kind = 'second_opinion' AND c.state = 'decided' AND c.decided_at > now() - make_interval(days => $1)
         AND second.undone_by IS NULL AND ($2::text[] IS NULL OR c.tenant = ANY($2::text[]))`,
      since,
    ),
    sql.query<{ answered: number; right: number }>(
      `SELECT count(*) FILTER (WHERE a.action <> '${PASSED_ON}') AS answered,
         count(*) FILTER (WHERE a.action = g.expected_action) AS "right"
       FROM golden_answers a JOIN golden_cases g ON g.id = a.golden_id
       WHERE a.answered_at > now() - make_interval(days => $1)
         AND ($2::text[] IS NULL OR split_part(g.item_key, '/', 1) = ANY($2::text[]))`,
      since,
    ),
    sql.query<{ model: string; human: string; count: number }>(
      `SELECT judged_action AS model, action AS human, count(*) AS count FROM reviews
       WHERE ${counted} AND judged_machine GROUP BY 1, 2 ORDER BY 1, 2`,
      since,
    ),
    sql.query<{ p50: number | null; p95: number | null }>(
      `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS p50,
         percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) AS p95 FROM reviews WHERE ${counted}`,
      since,
    ),
    sql.query<{ reviewer_id: string; cases: number; p50: number | null }>(
      `SELECT reviewer_id, count(*) AS cases, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS p50
       FROM reviews WHERE ${counted} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 200`,
      since,
    ),
  ]);
  return {
    agreement: {
      pairs: pairs.length,
      equal: pairs.filter(({ first, second }) => first === second).length,
      kappa: cohensKappa(pairs.map(({ first, second }) => [first, second])),
    },
    golden: { answered: golden?.answered ?? 0, right: golden?.right ?? 0 },
    matrix,
    secondsPerCase: { p50: seconds?.p50 ?? null, p95: seconds?.p95 ?? null },
    byReviewer: reviewers.map((row) => ({
      reviewerId: row.reviewer_id,
      cases: row.cases,
      secondsPerCaseP50: row.p50,
    })),
  };
}

/** Reviews that were made here and stand, in the time and tenants that are asked for ($1, $2). */
const counted = `case_id IS NOT NULL AND undoes IS NULL AND undone_by IS NULL
  AND reviewed_at_ms > extract(epoch FROM now() - make_interval(days => $1)) * 1000
  AND ($2::text[] IS NULL OR split_part(item_key, '/', 1) = ANY($2::text[]))`;

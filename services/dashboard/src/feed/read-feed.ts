import type { DecisionSummary, Facets } from '../api/decisions.js';
import type { Sql } from '../database/database.js';
import { SUMMARY_COLUMNS, type SummaryRow, toSummary } from './decision-summary.js';
import { type FeedFilter, type Tenants, toSql } from './feed-filter.js';

/** Decisions below `before` (null: from the newest), newest first. */
export async function readPage(
  sql: Sql,
  filter: FeedFilter,
  tenants: Tenants,
  before: number | null,
  limit: number,
): Promise<DecisionSummary[]> {
  const { condition, values } = toSql(filter, tenants, 3);
  const rows = await sql.query<SummaryRow>(
    `SELECT ${SUMMARY_COLUMNS} FROM decisions d
     WHERE ($1::bigint IS NULL OR d.seq < $1) AND ${condition} ORDER BY d.seq DESC LIMIT $2`,
    [before, limit, ...values],
  );
  return rows.map(toSummary);
}

/** All decisions above `after`, oldest first, at most `limit`. */
export async function readAfter(sql: Sql, after: number, limit: number): Promise<DecisionSummary[]> {
  const rows = await sql.query<SummaryRow>(
    `SELECT ${SUMMARY_COLUMNS} FROM decisions d WHERE d.seq > $1 ORDER BY d.seq LIMIT $2`,
    [after, limit],
  );
  return rows.map(toSummary);
}

/** The newest seq; 0 where the feed is empty. */
export async function newestSeq(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ seq: number | null }>('SELECT max(seq) AS seq FROM decisions');
  return row?.seq ?? 0;
}

/** What filters can be set to; of tenants, those that the asker may see. */
export async function readFacets(sql: Sql, tenants: Tenants): Promise<Facets> {
  const rows = await sql.query<{ kind: string; value: string }>(
    'SELECT kind, value FROM facets ORDER BY kind, value COLLATE "C"',
  );
  const of = (kind: string) => rows.filter((row) => row.kind === kind).map((row) => row.value);
  return {
    actions: of('action'),
    categories: of('category'),
    modalities: of('modality'),
    languages: of('language'),
    tenants: of('tenant').filter((tenant) => tenants === 'all' || tenants.includes(tenant)),
    policies: of('policy'),
  };
}

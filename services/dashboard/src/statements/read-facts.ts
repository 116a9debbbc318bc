import { Decision } from '@tercet/contracts';
import type { Sql } from '../database/database.js';
import { RESTRICTING_MODIFIERS, type StatementFacts } from './make-statement.js';

const PAGE_ROWS = 200;

interface FactsRow {
  readonly seq: number;
  readonly record: Uint8Array;
  readonly decided_at_ms: number;
  readonly opened_at_ms: number | null;
  readonly reports: number;
}

/** A restriction that the revision before it did not have already: one statement each, not one per revision. */
const NEW_RESTRICTION = `
  d.status = 'decided' AND (d.action = 'block' OR d.modifiers && $1::text[])
  AND d.record IS NOT NULL AND d.decided_at_ms IS NOT NULL
  AND NOT d.restricted AND NOT EXISTS (SELECT 1 FROM restricted_items r WHERE r.item_key = d.item_key)
  AND NOT EXISTS (
    SELECT 1 FROM decisions b
    WHERE b.item_key = d.item_key AND b.version = d.version AND b.action = d.action AND b.modifiers = d.modifiers
      AND b.revision = (SELECT max(revision) FROM decisions e
        WHERE e.item_key = d.item_key AND e.version = d.version AND e.revision < d.revision))`;

const FACTS = `
  d.seq, d.record, d.decided_at_ms,
  (SELECT o.opened_at_ms FROM openings o WHERE o.item_key = d.item_key AND o.version = d.version) AS opened_at_ms,
  (SELECT count(*) FROM reports p WHERE p.item_key = d.item_key AND p.reported_at_ms <= d.decided_at_ms) AS reports`;

/**
 * Decisions of a tenant in [fromMs, toMs) that need a statement, in feed order. Items of the restricted queue, and erased
 * ones, are left out.
 */
export async function* readFacts(
  sql: Sql,
  { tenant, fromMs, toMs }: { tenant: string; fromMs: number; toMs: number },
): AsyncGenerator<StatementFacts> {
  for (let after = 0; ; ) {
    const rows = await sql.query<FactsRow>(
      `SELECT ${FACTS} FROM decisions d
       WHERE d.tenant = $2 AND d.seq > $3 AND d.decided_at_ms >= $4 AND d.decided_at_ms < $5 AND ${NEW_RESTRICTION}
       ORDER BY d.seq LIMIT $6`,
      [RESTRICTING_MODIFIERS, tenant, after, fromMs, toMs, PAGE_ROWS],
    );
    for (const row of rows) yield factsOf(row);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    after = last.seq;
  }
}

/** The facts of an item's latest decision; null where it is unknown, restricted or erased. */
export async function readLatestFacts(sql: Sql, itemKey: string): Promise<StatementFacts | null> {
  const [row] = await sql.query<FactsRow>(
    `SELECT ${FACTS} FROM decisions d JOIN items i ON i.item_key = d.item_key
     WHERE d.item_key = $1 AND d.version = i.latest_version AND d.revision = i.latest_revision
       AND d.record IS NOT NULL AND d.decided_at_ms IS NOT NULL
       AND NOT d.restricted AND NOT EXISTS (SELECT 1 FROM restricted_items r WHERE r.item_key = d.item_key)`,
    [itemKey],
  );
  return row ? factsOf(row) : null;
}

function factsOf({ record, decided_at_ms, opened_at_ms, reports }: FactsRow): StatementFacts {
  return {
    decision: Decision.decode(record),
    decidedAtMs: decided_at_ms,
    openedAtMs: opened_at_ms ?? decided_at_ms,
    reports,
  };
}

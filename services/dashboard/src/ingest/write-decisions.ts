import { RESTRICTED_QUEUE } from '../access/rights.js';
import type { Sql } from '../database/database.js';
import { jsonRows } from '../database/json-rows.js';
import { forgetErased } from '../items/forget-erased.js';
import { followDecisions } from '../queues/apply-case-changes.js';
import type { QueueList } from '../queues/queue-list.js';
import { countMinutes, type MinuteCount } from './count-minutes.js';
import type { DecisionRow } from './decision-row.js';
import type { KnownFacets } from './known-facets.js';
import { latencyBucket } from './latency-buckets.js';

export interface WrittenDecision {
  readonly row: DecisionRow;
  /** Append time of the record, where the decision has no timings. */
  readonly atMs: number;
}

/** Appends decisions to the feed, those that are new; then what follows from each item's latest one. */
export async function writeDecisions(
  sql: Sql,
  given: readonly WrittenDecision[],
  queues: QueueList,
  facets: KnownFacets,
): Promise<void> {
  if (given.length === 0) return;
  const inserted = await insert(
    sql,
    given.map(({ row }) => row),
  );
  const fresh = given.filter(({ row }) => inserted.has(row.decision_id));
  if (fresh.length === 0) return;
  const rows = fresh.map(({ row }) => row);
  await countMinutes(sql, fresh.flatMap(minutesOf));
  await facets.add(sql, rows);
  const latest = await writeItems(sql, rows, inserted);
  await restrictItems(
    sql,
    rows.filter((row) => row.restricted).map((row) => row.item_key),
  );
  await sql.query(
    `UPDATE openings SET decided = true FROM jsonb_to_recordset($1::jsonb) AS r(item_key text, version bigint)
     WHERE openings.item_key = r.item_key AND openings.version <= r.version AND NOT openings.decided`,
    [jsonRows(rows.map(({ item_key, version }) => ({ item_key, version })))],
  );
  const applied = rows.flatMap((row) => (row.review_id === null ? [] : [row.review_id]));
  if (applied.length > 0)
    await sql.query("UPDATE reviews SET state = 'applied' WHERE review_id = ANY($1::text[])", [applied]);
  await followDecisions(sql, latest, queues);
  const erased = latest.filter((row) => row.status === 'erased').map((row) => row.item_key);
  if (erased.length > 0) await forgetErased(sql, erased);
}

/** Ids of the decisions that were not there, with their seq. */
async function insert(sql: Sql, rows: readonly DecisionRow[]): Promise<ReadonlyMap<string, number>> {
  const inserted = await sql.query<{ decision_id: string; seq: number }>(
    `INSERT INTO decisions (decision_id, item_key, tenant, item_id, version, revision, status, cause, action, modifiers,
       top_category, top_score, severity, categories, modalities, missing, languages, conflict, uncertainty, policy_id,
       policy_version, human, reviewer_id, review_id, decided_at_ms, latency_ms, restricted, trace_id, timings, record)
     SELECT decision_id, r.item_key, tenant, item_id, version, revision, status, cause, action, modifiers,
       top_category, top_score, severity, categories, modalities, missing, languages, conflict, uncertainty, policy_id,
       policy_version, human, reviewer_id, review_id, decided_at_ms, latency_ms,
       r.restricted OR EXISTS (SELECT 1 FROM restricted_items WHERE item_key = r.item_key), trace_id, timings,
       decode(record, 'base64')
     FROM jsonb_to_recordset($1::jsonb) AS r(n integer, decision_id text, item_key text, tenant text, item_id text,
       version bigint, revision integer, status text, cause text, action text, modifiers text[], top_category text,
       top_score double precision, severity smallint, categories text[], modalities text[], missing text[],
       languages text[], conflict boolean, uncertainty double precision, policy_id text, policy_version text,
       human boolean, reviewer_id text, review_id text, decided_at_ms bigint, latency_ms bigint, restricted boolean,
       trace_id text, timings jsonb, record text)
     ORDER BY n
     ON CONFLICT (item_key, version, revision) DO NOTHING
     RETURNING decision_id, seq`,
    [jsonRows(rows.map((row, n) => ({ n, ...row })))],
  );
  return new Map(inserted.map(({ decision_id, seq }) => [decision_id, seq]));
}

const isLater = (a: DecisionRow, b: DecisionRow): boolean =>
  a.version === b.version ? a.revision > b.revision : a.version > b.version;

/** The items' latest decisions, where they are among the rows. */
async function writeItems(
  sql: Sql,
  rows: readonly DecisionRow[],
  seqs: ReadonlyMap<string, number>,
): Promise<DecisionRow[]> {
  const last = new Map<string, DecisionRow>();
  for (const row of rows) {
    const held = last.get(row.item_key);
    if (!held || isLater(row, held)) last.set(row.item_key, row);
  }
  const candidates = [...last.values()].map((row) => ({
    item_key: row.item_key,
    tenant: row.tenant,
    item_id: row.item_id,
    latest_version: row.version,
    latest_revision: row.revision,
    latest_seq: seqs.get(row.decision_id),
    erased: row.status === 'erased',
  }));
  const moved = await sql.query<{ item_key: string }>(
    `INSERT INTO items SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(item_key text, tenant text, item_id text,
       latest_version bigint, latest_revision integer, latest_seq bigint, erased boolean)
     ON CONFLICT (item_key) DO UPDATE SET latest_version = EXCLUDED.latest_version,
       latest_revision = EXCLUDED.latest_revision, latest_seq = EXCLUDED.latest_seq, erased = EXCLUDED.erased
     WHERE (items.latest_version, items.latest_revision) < (EXCLUDED.latest_version, EXCLUDED.latest_revision)
     RETURNING item_key`,
    [jsonRows(candidates)],
  );
  const keys = new Set(moved.map((one) => one.item_key));
  return [...last.values()].filter((row) => keys.has(row.item_key));
}

/** From now on nothing of these items' content is rendered, and their cases are for the restricted queue. */
export async function restrictItems(sql: Sql, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const fresh = await sql.query<{ item_key: string }>(
    `INSERT INTO restricted_items SELECT DISTINCT unnest($1::text[]) ON CONFLICT DO NOTHING RETURNING item_key`,
    [[...keys]],
  );
  const added = fresh.map((one) => one.item_key);
  if (added.length === 0) return;
  await sql.query('UPDATE decisions SET restricted = true WHERE item_key = ANY($1::text[])', [added]);
  await sql.query(
    `UPDATE cases SET queue = $2, claimed_by = NULL, lease_expires_at = NULL
     WHERE item_key = ANY($1::text[]) AND state = 'open'`,
    [added, RESTRICTED_QUEUE],
  );
}

function minutesOf({ row, atMs }: WrittenDecision): MinuteCount[] {
  if (row.status !== 'decided') return [];
  const ms = row.decided_at_ms ?? atMs;
  const counts: MinuteCount[] = [{ ms, kind: 'action', tenant: row.tenant, key: row.action }];
  if (row.latency_ms !== null)
    counts.push({ ms, kind: 'latency', tenant: row.tenant, key: String(latencyBucket(row.latency_ms)) });
  return counts;
}

import type { Sql } from '../database/database.js';
import { jsonRows } from '../database/json-rows.js';
import { REPORTED } from '../queues/apply-case-changes.js';
import type { OpeningRow, PartRow } from './read-record.js';

/** What was opened; reach and reports are passed on to a case that came first. An erased item is not taken up again. */
export async function writeOpenings(sql: Sql, rows: readonly OpeningRow[]): Promise<void> {
  if (rows.length === 0) return;
  const unique = [...new Map(rows.map((row) => [`${row.item_key} ${row.version}`, row])).values()];
  await sql.query(
    `INSERT INTO openings (item_key, version, opened_at_ms, window_ms, author_id, locale, surface, reach, reports, parts,
       decided)
     SELECT r.item_key, r.version, r.opened_at_ms, r.window_ms, r.author_id, r.locale, r.surface, r.reach, r.reports,
       r.parts, COALESCE(items.latest_version >= r.version, false)
     FROM jsonb_to_recordset($1::jsonb) AS r(item_key text, version bigint, opened_at_ms bigint, window_ms bigint,
       author_id text, locale text, surface text, reach bigint, reports bigint, parts jsonb)
     LEFT JOIN items ON items.item_key = r.item_key
     WHERE NOT COALESCE(items.erased AND items.latest_version >= r.version, false)
     ON CONFLICT (item_key, version) DO NOTHING`,
    [jsonRows(unique)],
  );
  const known = unique.filter((row) => row.reach > 0n || row.reports > 0n);
  if (known.length === 0) return;
  await sql.query(
    `UPDATE cases SET reach = o.reach, reports = ${REPORTED('cases')}
     FROM jsonb_to_recordset($1::jsonb) AS o(item_key text, version bigint, reach bigint)
     WHERE cases.item_key = o.item_key AND cases.version = o.version AND cases.state = 'open'`,
    [jsonRows(known.map(({ item_key, version, reach }) => ({ item_key, version, reach })))],
  );
}

/** What came of parts; each record adds what it knows, the first vector's time stays. */
export async function writeParts(sql: Sql, rows: readonly PartRow[]): Promise<void> {
  if (rows.length === 0) return;
  const merged = new Map<string, PartRow>();
  for (const row of rows) {
    const place = `${row.item_key} ${row.version} ${row.part_id}`;
    const held = merged.get(place);
    merged.set(place, held ? merge(held, row) : row);
  }
  await sql.query(
    `INSERT INTO part_outcomes
     SELECT r.* FROM jsonb_to_recordset($1::jsonb) AS r(item_key text, version bigint, part_id text,
       embedded_at_ms bigint, language text, derivation jsonb, sha256 text)
     LEFT JOIN items ON items.item_key = r.item_key
     WHERE NOT COALESCE(items.erased AND items.latest_version >= r.version, false)
     ON CONFLICT (item_key, version, part_id) DO UPDATE SET
       embedded_at_ms = COALESCE(part_outcomes.embedded_at_ms, EXCLUDED.embedded_at_ms),
       language = COALESCE(NULLIF(EXCLUDED.language, ''), part_outcomes.language),
       derivation = COALESCE(part_outcomes.derivation, EXCLUDED.derivation),
       sha256 = COALESCE(NULLIF(part_outcomes.sha256, ''), EXCLUDED.sha256)`,
    [jsonRows([...merged.values()])],
  );
}

function merge(first: PartRow, second: PartRow): PartRow {
  return {
    ...first,
    embedded_at_ms: first.embedded_at_ms ?? second.embedded_at_ms,
    language: second.language === '' ? first.language : second.language,
    derivation: first.derivation ?? second.derivation,
    sha256: first.sha256 === '' ? second.sha256 : first.sha256,
  };
}

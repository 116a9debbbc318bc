import type { Sql } from '../database/database.js';
import { jsonRows } from '../database/json-rows.js';
import type { DecisionRow } from './decision-row.js';

/** Values beyond this many of one kind are not offered as filters; somebody sends made-up tenants. */
const MAX_REMEMBERED = 50_000;

/** Writes values that filters can take once; what was written is remembered, so that a batch of known ones costs nothing. */
export class KnownFacets {
  readonly #known = new Set<string>();

  async add(sql: Sql, rows: readonly DecisionRow[]): Promise<void> {
    const fresh = new Map<string, { kind: string; value: string }>();
    for (const row of rows)
      for (const [kind, value] of facetsOf(row)) {
        const place = `${kind} ${value}`;
        if (value !== '' && !this.#known.has(place)) fresh.set(place, { kind, value });
      }
    if (fresh.size === 0 || this.#known.size > MAX_REMEMBERED) return;
    await sql.query(
      `INSERT INTO facets SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(kind text, value text)
       ON CONFLICT DO NOTHING`,
      [jsonRows([...fresh.values()])],
    );
    // A transaction that is rolled back is tried again by the same process, with the same values: they are written
    // anew then, because only what was committed is remembered.
    this.#pending = [...this.#pending, ...fresh.keys()];
  }

  #pending: string[] = [];

  committed(): void {
    for (const place of this.#pending) this.#known.add(place);
    this.#pending = [];
  }

  rolledBack(): void {
    this.#pending = [];
  }
}

function* facetsOf(row: DecisionRow): Generator<[kind: string, value: string]> {
  yield ['action', row.action];
  yield ['tenant', row.tenant];
  if (row.policy_id !== '') {
    yield ['policy', row.policy_id];
    yield ['policy', `${row.policy_id}@${row.policy_version}`];
  }
  for (const category of row.categories) yield ['category', category];
  for (const modality of row.modalities) yield ['modality', modality];
  for (const modality of row.missing) yield ['modality', modality];
  for (const language of row.languages) yield ['language', language];
}

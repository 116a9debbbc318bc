import type { Sql } from '../database/database.js';
import type { AuditRow } from './audit-row.js';

const PAGE_LINES = 2000;

/** Every line of the log in order of its number, a page at a time. */
export async function* readAudit(sql: Sql): AsyncGenerator<AuditRow> {
  for (let after = 0; ; ) {
    const rows = await sql.query<AuditRow>('SELECT * FROM audit_log WHERE n > $1 ORDER BY n LIMIT $2', [
      after,
      PAGE_LINES,
    ]);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_LINES) return;
    after = last.n;
  }
}

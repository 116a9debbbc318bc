import type { AuditAct, AuditEntry } from './entry.js';

/** A line as the database gives it. */
export interface AuditRow {
  readonly n: number;
  readonly at_ms: number;
  readonly actor: string;
  readonly act: string;
  readonly subject: string;
  readonly detail: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** A row as an entry. Throws a SyntaxError where its detail is no JSON, which only a changed line can be. */
export function entryOf(row: AuditRow): AuditEntry {
  return {
    n: row.n,
    atMs: row.at_ms,
    actor: row.actor,
    act: row.act as AuditAct,
    subject: row.subject,
    detail: JSON.parse(row.detail) as Record<string, string>,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

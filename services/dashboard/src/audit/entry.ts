import { createHash } from 'node:crypto';

/** What can be written down; the closed list. */
export const AUDIT_ACTS = [
  'login',
  'login_refused',
  'logout',
  'session_ended',
  'role_changed',
  'view_item',
  'view_content',
  'explain',
  'view_queue',
  'claim',
  'release',
  'review',
  'undo',
  'second_opinion',
  'preserve',
  'view_audit',
  'export_statements',
  'view_statement',
  'change_settings',
] as const;
export type AuditAct = (typeof AUDIT_ACTS)[number];

/** What somebody did. Holds no content, no note and no name: ids alone. */
export interface AuditEvent {
  /** Principal's id; `nobody` where there is none. */
  readonly actor: string;
  readonly act: AuditAct;
  /** What it was done to: an item key, `case/ID`, `queue/NAME`, ... Empty where there is nothing to name. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, string>>;
}

/** One line of the log. Numbers run from 1 without a gap. */
export interface AuditEntry extends AuditEvent {
  readonly n: number;
  /** Milliseconds since the epoch, by the database's clock. */
  readonly atMs: number;
  /** Of the line before; of the first line {@link NO_HASH}. */
  readonly previousHash: string;
  readonly hash: string;
}

export const NO_HASH = '0'.repeat(64);

/**
 * Lower-case hex sha256 of the previous hash followed by the entry as canonical JSON (RFC 8785: keys sorted, no white
 * space; it holds strings and whole numbers alone), so that no line can be changed without changing all after it.
 */
export function entryHash(entry: Omit<AuditEntry, 'hash'>): string {
  const { n, atMs, actor, act, subject, detail, previousHash } = entry;
  const body = JSON.stringify({ act, actor, at_ms: atMs, detail: sorted(detail), n, subject });
  return createHash('sha256').update(previousHash).update(body).digest('hex');
}

/** `detail` as it is kept: canonical JSON. */
export function detailText(detail: Readonly<Record<string, string>>): string {
  return JSON.stringify(sorted(detail));
}

function sorted(detail: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1)));
}

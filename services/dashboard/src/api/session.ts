import type { Role } from '../access/principal.js';

/** GET /api/v1/session, open to everybody. */
export interface SessionView {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly role: Role;
    readonly childSafety: boolean;
    readonly queues: readonly string[] | 'all';
    readonly tenants: readonly string[] | 'all';
  } | null;
  /** `oidc`: go to /auth/login?return=PATH. `local`: POST /auth/local {name, role, childSafety}; development only. */
  readonly login: 'oidc' | 'local';
  /** Sent back as the header `x-csrf-token` on every request that is not GET. */
  readonly csrfToken: string;
  readonly expiresAtMs: number | null;
}

// GET /auth/login, GET /auth/callback, POST /auth/local.

/** POST /auth/logout. `next`: where the browser ends the session at the provider as well; null: nowhere. */
export interface LogoutAnswer {
  readonly next: string | null;
}

/** GET /api/v1/audit?before=N&limit=N&actor=ID, for leads and admins. */
export interface AuditPage {
  readonly entries: readonly AuditEntryView[];
  readonly next: number | null;
}

export interface AuditEntryView {
  readonly n: number;
  readonly atMs: number;
  readonly actor: string;
  /** `login`, `view_item`, `view_content`, `claim`, `review`, `export`, ...: the closed list is in access/audit. */
  readonly act: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string>>;
  readonly hash: string;
}

/** Every error of /api and /auth, with its HTTP status. `code` is of a closed list. */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string } & Readonly<Record<string, unknown>>;
}

/** Each role holds the rights of those before it, but `child_safety`, which stands beside them and must be given. */
export const ROLES = ['viewer', 'reviewer', 'lead', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks. Made by the session of each request, never by what the request says of itself. */
export interface Principal {
  /** Pseudonymous and stable; goes into reviews and the audit log. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** May see that cases of the restricted queue exist, and decide them; their content is never shown. */
  readonly childSafety: boolean;
  /** Queues that the person may work in; `all` but the restricted one. */
  readonly queues: readonly string[] | 'all';
  readonly tenants: readonly string[] | 'all';
}

/** What a request may need. The table of who has what is in rights.ts, pure and tested case by case. */
export type Right =
  | { readonly kind: 'view'; readonly tenant?: string }
  | { readonly kind: 'see_content'; readonly tenant: string; readonly restricted: boolean }
  | { readonly kind: 'work_queue'; readonly queue: string }
  | { readonly kind: 'review'; readonly tenant: string; readonly queue: string }
  | { readonly kind: 'see_quality' }
  | { readonly kind: 'see_audit' }
  | { readonly kind: 'export_statements'; readonly tenant: string }
  | { readonly kind: 'change_settings' };

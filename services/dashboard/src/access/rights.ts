import { type Principal, type Right, ROLES, type Role } from './principal.js';

/** Cases of this category are worked on in {@link RESTRICTED_QUEUE} alone, and their content is never shown. */
export const RESTRICTED_CATEGORY = 'sexual/minors';
export const RESTRICTED_QUEUE = 'child-safety';

/**
 * Whether a person has a right. The table of docs/dashboard.md: every role sees its tenants' items; reviewers work in
 * their queues; leads see quality and the audit log and export statements; admins change settings. The restricted
 * queue asks for `childSafety` besides, which no role and no `all` includes.
 */
export function may(principal: Principal, right: Right): boolean {
  switch (right.kind) {
    case 'view':
      return right.tenant === undefined || hasTenant(principal, right.tenant);
    case 'see_content':
      return !right.restricted && hasTenant(principal, right.tenant);
    case 'work_queue':
      return worksIn(principal, right.queue);
    case 'review':
      return worksIn(principal, right.queue) && hasTenant(principal, right.tenant);
    case 'see_quality':
    case 'see_audit':
      return isAtLeast(principal, 'lead');
    case 'export_statements':
      return isAtLeast(principal, 'lead') && hasTenant(principal, right.tenant);
    case 'change_settings':
      return isAtLeast(principal, 'admin');
  }
}

function worksIn(principal: Principal, queue: string): boolean {
  if (!isAtLeast(principal, 'reviewer')) return false;
  if (queue === RESTRICTED_QUEUE) return principal.childSafety;
  return principal.queues === 'all' || principal.queues.includes(queue);
}

function hasTenant(principal: Principal, tenant: string): boolean {
  return principal.tenants === 'all' || principal.tenants.includes(tenant);
}

function isAtLeast(principal: Principal, role: Role): boolean {
  return ROLES.indexOf(principal.role) >= ROLES.indexOf(role);
}

import type { Policy } from './api.js';
import { CheckedPolicy } from './parse-policy.js';

/** Whether items under a policy wait for the derived parts of a suffix: unless it says `false`, they do. */
export function derives(policy: Policy, suffix: string): boolean {
  if (!(policy instanceof CheckedPolicy)) throw new TypeError('not made by parsePolicy');
  const { derived = {} } = policy.document;
  return Object.hasOwn(derived, suffix) ? derived[suffix] === true : true;
}

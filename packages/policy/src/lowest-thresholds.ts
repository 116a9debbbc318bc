import type { Policy } from './api.js';
import { CheckedPolicy } from './parse-policy.js';

/** Lowest threshold of each category that has one, overrides left out: from there on a policy asks for more than `allow`. */
export function lowestThresholds(policy: Policy): Readonly<Record<string, number>> {
  if (!(policy instanceof CheckedPolicy)) throw new TypeError('not made by parsePolicy');
  const lowest = Object.entries(policy.document.categories).flatMap(([category, { thresholds }]) => {
    const values = Object.values(thresholds ?? {}).filter((value) => value !== undefined);
    return values.length === 0 ? [] : [[category, Math.min(...values)] as const];
  });
  return Object.fromEntries(lowest);
}

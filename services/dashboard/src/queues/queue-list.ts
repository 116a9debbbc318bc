import { ConfigError } from '@tercet/kit';
import { z } from 'zod';
import { RESTRICTED_CATEGORY, RESTRICTED_QUEUE } from '../access/rights.js';

/** A queue of cases, and what comes into it. */
export interface QueueRule {
  readonly name: string;
  readonly title: string;
  /** Flagged categories; one ending in `/*` stands for all below it. */
  readonly categories: readonly string[];
  /** Policy ids; empty: any. */
  readonly policies: readonly string[];
}

/** The queues in the order in which they are asked; the last one takes what no other took. */
export interface QueueList {
  readonly rules: readonly QueueRule[];
  readonly appeals: string;
}

const APPEALS = 'appeals';

const rule = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  title: z.string().min(1).max(64),
  categories: z.array(z.string().min(1)).default([]),
  policies: z.array(z.string().min(1)).default([]),
});

const ALWAYS: readonly QueueRule[] = [
  { name: RESTRICTED_QUEUE, title: 'Child safety', categories: [RESTRICTED_CATEGORY], policies: [] },
  { name: APPEALS, title: 'Appeals', categories: [], policies: [] },
];

/** Used where no file is named. */
export const DEFAULT_QUEUES: readonly QueueRule[] = [
  {
    name: 'self-harm',
    title: 'Self-harm',
    categories: ['self-harm', 'self-harm/*'],
    policies: [],
  },
  { name: 'general', title: 'General', categories: [], policies: [] },
];

/**
 * Reads a list of queues from JSON: `[{"name", "title", "categories", "policies"}, ...]`. `child-safety` and `appeals` are
 * always there and need no entry; the last entry must take everything.
 * @throws ConfigError
 */
export function parseQueues(json: string): QueueList {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    throw new ConfigError('TERCET_DASHBOARD_QUEUES: the file is not JSON');
  }
  const parsed = z.array(rule).min(1).safeParse(document);
  if (!parsed.success)
    throw new ConfigError(
      `TERCET_DASHBOARD_QUEUES: ${parsed.error.issues.map((one) => one.message).join('; ')}`,
    );
  return queueList(parsed.data);
}

/** @throws ConfigError where two have one name, or the last one does not take everything. */
export function queueList(rules: readonly QueueRule[] = DEFAULT_QUEUES): QueueList {
  const names = [...ALWAYS, ...rules].map((one) => one.name);
  if (new Set(names).size !== names.length)
    throw new ConfigError('TERCET_DASHBOARD_QUEUES: two queues of one name');
  const last = rules.at(-1);
  if (!last || last.categories.length > 0 || last.policies.length > 0)
    throw new ConfigError(
      'TERCET_DASHBOARD_QUEUES: the last queue must take everything: no categories, no policies',
    );
  return { rules, appeals: APPEALS };
}

/** Every queue, those that are always there included. */
export function allQueues({ rules }: QueueList): readonly QueueRule[] {
  return [...rules, ...ALWAYS];
}

/** What the choice of a queue looks at. */
export interface Routed {
  readonly categories: readonly string[];
  readonly policyId: string;
  readonly restricted: boolean;
}

/** The queue that an item's case goes to: the restricted one before all, then the first whose rule holds. */
export function queueFor({ rules, appeals }: QueueList, routed: Routed, kind: string): string {
  if (routed.restricted) return RESTRICTED_QUEUE;
  if (kind === 'appeal') return appeals;
  const found = rules.find((one) => holds(one, routed)) ?? rules.at(-1);
  return found?.name ?? '';
}

function holds({ categories, policies }: QueueRule, routed: Routed): boolean {
  if (policies.length > 0 && !policies.includes(routed.policyId)) return false;
  return (
    categories.length === 0 ||
    routed.categories.some((one) => categories.some((pattern) => matches(pattern, one)))
  );
}

function matches(pattern: string, category: string): boolean {
  return pattern.endsWith('/*') ? category.startsWith(pattern.slice(0, -1)) : pattern === category;
}

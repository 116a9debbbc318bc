import { z } from 'zod';
import type { DecisionSummary } from '../api/decisions.js';

const list = z
  .string()
  .max(2_000)
  .optional()
  .transform((text) => text?.split(',').filter((one) => one !== '') ?? []);
const flag = z
  .enum(['true', 'false'])
  .optional()
  .transform((text) => (text === undefined ? undefined : text === 'true'));

/** Query parameters of the feed and its stream; api/decisions.ts says what each means. */
export const filterShape = {
  action: list,
  category: list,
  modality: list,
  language: list,
  tenant: list,
  policy: list,
  conflict: flag,
  missing: flag,
  human: flag,
  item: z.string().max(256).optional(),
};

export type FeedFilter = Readonly<z.infer<z.ZodObject<typeof filterShape>>>;

/** The tenants that somebody may see. */
export type Tenants = readonly string[] | 'all';

/** Whether a decision is one that the filter lets through, for who sees these tenants. */
export function matches(filter: FeedFilter, tenants: Tenants, one: DecisionSummary): boolean {
  return (
    (tenants === 'all' || tenants.includes(one.tenant)) &&
    among(filter.action, [one.action]) &&
    among(filter.category, one.categories) &&
    among(filter.modality, [...one.modalities, ...one.missing]) &&
    among(filter.language, one.languages) &&
    among(filter.tenant, [one.tenant]) &&
    among(filter.policy, [one.policyId, `${one.policyId}@${one.policyVersion}`]) &&
    (filter.conflict === undefined || one.conflict === filter.conflict) &&
    (filter.missing === undefined || one.missing.length > 0 === filter.missing) &&
    (filter.human === undefined || one.human === filter.human) &&
    (filter.item === undefined || one.itemId.startsWith(filter.item))
  );
}

const among = (wanted: readonly string[], values: readonly string[]): boolean =>
  wanted.length === 0 || values.some((value) => wanted.includes(value));

/** A condition of SQL over `decisions d` that says the same as {@link matches}; its values are bound from `$first` on. */
export function toSql(
  filter: FeedFilter,
  tenants: Tenants,
  first: number,
): { readonly condition: string; readonly values: readonly unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${first + values.push(value) - 1}`;
  const conditions: string[] = [];
  const wants = (wanted: readonly string[], condition: (place: string) => string): void => {
    if (wanted.length > 0) conditions.push(condition(bind([...wanted])));
  };
  if (tenants !== 'all') conditions.push(`d.tenant = ANY(${bind([...tenants])}::text[])`);
  wants(filter.tenant, (place) => `d.tenant = ANY(${place}::text[])`);
  wants(filter.action, (place) => `d.action = ANY(${place}::text[])`);
  wants(filter.category, (place) => `d.categories && ${place}::text[]`);
  wants(filter.modality, (place) => `(d.modalities && ${place}::text[] OR d.missing && ${place}::text[])`);
  wants(filter.language, (place) => `d.languages && ${place}::text[]`);
  wants(
    filter.policy,
    (place) =>
      `(d.policy_id = ANY(${place}::text[]) OR d.policy_id || '@' || d.policy_version = ANY(${place}::text[]))`,
  );
  if (filter.conflict !== undefined) conditions.push(filter.conflict ? 'd.conflict' : 'NOT d.conflict');
  if (filter.missing !== undefined)
    conditions.push(filter.missing ? "d.missing <> '{}'" : "d.missing = '{}'");
  if (filter.human !== undefined) conditions.push(filter.human ? 'd.human' : 'NOT d.human');
  if (filter.item !== undefined && filter.item !== '')
    conditions.push(`d.item_id LIKE ${bind(`${likeLiteral(filter.item)}%`)}`);
  return { condition: conditions.length === 0 ? 'true' : conditions.join(' AND '), values };
}

const likeLiteral = (text: string): string => text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);

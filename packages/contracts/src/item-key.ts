import { hash } from 'node:crypto';

/** Kafka key of everything about one item: `tenant/item_id`. A tenant holds no `/`, so the key splits at the first one. */
export function itemKey(tenant: string, itemId: string): string {
  return `${tenant}/${itemId}`;
}

/** Inverse of {@link itemKey}; undefined where the key holds no `/` after a tenant. */
export function splitItemKey(key: string): { tenant: string; itemId: string } | undefined {
  const slash = key.indexOf('/');
  if (slash < 1 || slash === key.length - 1) return undefined;
  return { tenant: key.slice(0, slash), itemId: key.slice(slash + 1) };
}

/** First 32 hex digits of sha256 over item key, version and revision, each ended by a line feed. */
export function decisionId(key: string, version: bigint, revision: number): string {
  return hash('sha256', `${key}\n${version}\n${revision}\n`, 'hex').slice(0, 32);
}

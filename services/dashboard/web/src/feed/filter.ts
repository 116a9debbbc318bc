import type { DecisionFilter } from '../../../src/api/decisions.js';

type Query = Readonly<Record<string, string>>;

const LISTS = ['action', 'category', 'modality', 'language', 'tenant', 'policy', 'item'] as const;
const MARKS = ['conflict', 'missing', 'human'] as const;
export type ListName = (typeof LISTS)[number];
export type MarkName = (typeof MARKS)[number];

/** Reads a page's address; what it does not know is left out. */
export function readFilter(query: Query): DecisionFilter {
  const lists = LISTS.flatMap((name) => (query[name] ? [[name, query[name]]] : []));
  const marks = MARKS.flatMap((name) => (isBoolean(query[name]) ? [[name, query[name] === 'true']] : []));
  return Object.fromEntries([...lists, ...marks]);
}

/** The same for an address and for the server: `action=block&conflict=true`; empty without filters. */
export function writeFilter(filter: DecisionFilter): string {
  const query = new URLSearchParams();
  for (const name of [...LISTS, ...MARKS]) {
    const value = filter[name];
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  return query.toString();
}

/** With one value changed; undefined or an empty text removes it. */
export function withFilter(
  filter: DecisionFilter,
  name: ListName | MarkName,
  value: string | boolean | undefined,
): DecisionFilter {
  const { [name]: _, ...others } = filter;
  return value === undefined || value === '' ? others : { ...others, [name]: value };
}

const isBoolean = (text: string | undefined): boolean => text === 'true' || text === 'false';

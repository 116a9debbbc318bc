import type { BusRecord, OutgoingRecord } from '@tercet/bus';

/** What a producer says of a record; the log says where it lies. */
export type Unplaced = Pick<BusRecord, 'key' | 'value' | 'headers'>;

export function unplacedOf({ key, value, headers = {} }: OutgoingRecord): Unplaced {
  const bytes = Object.entries(headers).map(([name, one]) => [name, Buffer.from(one)] as const);
  return { key: Buffer.from(key), value: value ?? undefined, headers: Object.fromEntries(bytes) };
}

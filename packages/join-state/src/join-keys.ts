import { partitionOf } from '@tercet/contracts';

/** Hash tag of a partition: all of its keys lie in one slot, so that one Function touches them atomically. */
export function partitionTag(prefix: string, partition: number): string {
  return `{${prefix}f:${partition}}`;
}

/** The hash tag of any key of a partition. */
export const tagOf = (key: string): string => key.slice(0, key.indexOf('}') + 1);

export function metaKey(prefix: string, partition: number): string {
  return `${partitionTag(prefix, partition)}:meta`;
}

/** Meta of a data set that is being filled and not yet adopted. */
export function buildKey(prefix: string, partition: number, dataSet: string): string {
  return `${partitionTag(prefix, partition)}:${dataSet}:build`;
}

/** Meta key of the partition in which an item lives. */
export function metaKeyOf(prefix: string, partitions: number, itemKey: string): string {
  return metaKey(prefix, partitionOf(itemKey, partitions));
}

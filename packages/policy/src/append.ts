/**
 * The list with one more value. For lists of mostly one: the engine makes one that grows for seventeen, and these are made
 * several times for each part of each item.
 */
export function append<T>(list: readonly T[], value: T): T[] {
  return list.length === 0 ? [value] : [...list, value];
}

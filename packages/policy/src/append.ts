/**
 * The list with one more value, for lists of mostly one or two: one that the engine lets grow is made for seventeen, and these are
 * made several times for each part of each item.
 */
export function append<T>(list: readonly T[], value: T): T[] {
  const longer = new Array<T>(list.length + 1);
  for (let i = 0; i < list.length; i += 1) longer[i] = list[i] as T;
  longer[list.length] = value;
  return longer;
}

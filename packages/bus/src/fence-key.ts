/** No item has it. A record with it has no value and means nothing to whoever reads the partition. */
export const FENCE_KEY = '\u0000fence';

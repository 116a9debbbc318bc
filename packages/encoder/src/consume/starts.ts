/**
 * How often a partition was begun at one offset without an end: the metadata of its committed offset. A part may end the
 * whole encoder, as where it runs out of memory; the count outlives the process, whichever one comes next.
 */
const PREFIX = 'starts=';

/** From this start on, parts are taken one at a time, each committed before the next, so that the guilty one is found. */
const ONE_BY_ONE_FROM = 2;
/**
 * From this start on, the part at the head is given up. Not at once, since a rebalance in the middle of a part counts too.
 */
const GIVE_UP_FROM = 6;

/** What to do with a partition that is begun for the nth time where it was begun before. */
export type Approach = 'as usual' | 'one by one' | 'give up the first';

/** The count that a commit carries; 0 where it carries none. */
export function readStarts(metadata: string | undefined): number {
  const count = metadata?.startsWith(PREFIX) ? Number(metadata.slice(PREFIX.length)) : 0;
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

export function writeStarts(count: number): string {
  return `${PREFIX}${count}`;
}

export function approachOf(starts: number): Approach {
  if (starts >= GIVE_UP_FROM) return 'give up the first';
  return starts >= ONE_BY_ONE_FROM ? 'one by one' : 'as usual';
}

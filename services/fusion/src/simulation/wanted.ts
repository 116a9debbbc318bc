import { PUT_OUTCOMES } from '@tercet/join-state';

/** What a long run must have reached, or its mix of faults tells nothing. */
const WANTED: readonly string[] = [
  ...Object.values(PUT_OUTCOMES).map((outcome) => `put: ${outcome}`),
  ...['complete', 'deadline', 'overload', 'late_part', 'review', 'redecide', 'superseded', 'erased'].map(
    (cause) => `decided: ${cause}`,
  ),
  ...['lost', 'fenced', 'redis', 'broker', 'unknown_outcome'].map((reason) => `hold ended: ${reason}`),
  ...['no_state', 'state_beyond_decisions', 'state_diverged'].map((reason) => `rebuild: ${reason}`),
  'ahead of the put',
  'generation over',
  'overloaded',
  'relieved',
  'recovered with decisions to mark',
  'redis: flushed',
  'redis: lost during a rebuild',
  'redis: restarted empty',
  'redis: restarted from a snapshot',
  'network: kafka answer lost',
  'network: redis answer lost',
  'network: redis request repeated',
  'broker: fenced',
  'broker: records of an old epoch refused',
  'broker: ongoing transaction aborted by a fence',
  'broker: transaction expired',
  'broker: commit marker lost',
  'broker: abort marker lost',
  'commit aborted by another fence',
];

/** What of it was not. */
export function unreached(reached: Readonly<Record<string, number>>): string[] {
  return WANTED.filter((what) => !reached[what]);
}

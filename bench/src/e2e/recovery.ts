/** One decided item: when it should have been sent and when its decision was seen; milliseconds. */
export interface Journey {
  readonly intendedMs: number;
  readonly seenMs: number;
}

/** Items that were sent and not decided at a moment. */
export function backlogAt(journeys: readonly Journey[], atMs: number): number {
  return journeys.filter(({ intendedMs, seenMs }) => intendedMs <= atMs && seenMs > atMs).length;
}

/** Seconds from the end of the load until everything sent within it was decided. */
export function recoverySeconds(journeys: readonly Journey[], endMs: number): number {
  const last = journeys.reduce((latest, { seenMs }) => Math.max(latest, seenMs), endMs);
  return (last - endMs) / 1000;
}

/** Seconds that a backlog takes at a capacity: what the surplus implies. */
export function impliedSeconds(backlog: number, perSecond: number): number {
  return backlog / perSecond;
}

import type { DecisionSummary } from '../../../src/api/decisions.js';

/** The list on the screen, newest first, and what waits while somebody reads. */
export interface Feed {
  readonly shown: readonly DecisionSummary[];
  /** Newest first; only the newest are kept. */
  readonly waiting: readonly DecisionSummary[];
  /** How many came while held, kept or not. */
  readonly waitingCount: number;
  /** Pass as `before` for what is older; null: nothing is. */
  readonly older: number | null;
}

/** More rows than anybody reads cost time on every arrival. */
export const SHOWN_ROWS = 200;

export const EMPTY_FEED: Feed = { shown: [], waiting: [], waitingCount: 0, older: null };

export function startFeed(newestFirst: readonly DecisionSummary[], older: number | null): Feed {
  return { ...EMPTY_FEED, shown: newestFirst, older };
}

/** Takes rows in any order, some of them perhaps seen before (a stream that was resumed). While held, the list stays. */
export function arrive(feed: Feed, batch: readonly DecisionSummary[], held: boolean): Feed {
  const newest = (feed.waiting[0] ?? feed.shown[0])?.seq ?? -1;
  const fresh = batch.filter((row) => row.seq > newest).sort((a, b) => b.seq - a.seq);
  if (fresh.length === 0) return held ? feed : release(feed);
  const waiting = [...fresh, ...feed.waiting].slice(0, SHOWN_ROWS);
  const next = { ...feed, waiting, waitingCount: feed.waitingCount + fresh.length };
  return held ? next : release(next);
}

/** Shows what waits. Where too much came to be kept, the list starts anew, so that it never has a hole. */
export function release(feed: Feed): Feed {
  if (feed.waitingCount === 0) return feed;
  const whole = feed.waitingCount === feed.waiting.length;
  const all = whole ? [...feed.waiting, ...feed.shown] : feed.waiting;
  const shown = all.slice(0, SHOWN_ROWS);
  const cut = !whole || all.length > shown.length;
  const last = shown.at(-1);
  return { shown, waiting: [], waitingCount: 0, older: cut && last ? last.seq : feed.older };
}

/** Adds a page of older rows at the end. */
export function append(feed: Feed, older: readonly DecisionSummary[], next: number | null): Feed {
  const last = feed.shown.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  return { ...feed, shown: [...feed.shown, ...older.filter((row) => row.seq < last)], older: next };
}

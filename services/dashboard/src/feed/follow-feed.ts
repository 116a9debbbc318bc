import { asTercetError, type Logger } from '@tercet/kit';
import type { DecisionSummary } from '../api/decisions.js';
import { CHANNEL } from '../database/advisory-locks.js';
import type { Database } from '../database/database.js';
import { newestSeq, readAfter } from './read-feed.js';

const MAX_ROWS = 1_000;
/** A notification that was missed while the listener reconnected costs no more than this. */
const POLL_MS = 1_000;

export interface FeedFollower extends AsyncDisposable {
  /** Rows that are kept for who reconnects, oldest first. */
  recent(): readonly DecisionSummary[];
  /** The last seq that was handed on. */
  readonly last: number;
  readonly finished: Promise<void>;
}

/** Reads the feed's growth once for all clients of this process, told by the database and, failing that, by a clock. */
export async function followFeed(
  database: Database,
  logger: Logger,
  onRows: (rows: readonly DecisionSummary[]) => void,
  maxRecent = 5_000,
): Promise<FeedFollower> {
  let last = await newestSeq(database);
  let recent: DecisionSummary[] = [];
  let stopped = false;
  let wake: () => void = () => undefined;
  let isWoken = false;
  const notify = (): void => {
    isWoken = true;
    wake();
  };
  const listener = await database.listen(CHANNEL.feed, notify);
  const sleep = async (): Promise<void> => {
    if (!isWoken && !stopped) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    isWoken = false;
  };
  const follow = async (): Promise<void> => {
    while (!stopped) {
      await sleep();
      try {
        let rows: readonly DecisionSummary[];
        do {
          rows = stopped ? [] : await readAfter(database, last, MAX_ROWS);
          if (rows.length === 0) break;
          last = rows.at(-1)?.seq ?? last;
          recent = [...recent, ...rows].slice(-maxRecent);
          onRows(rows);
        } while (rows.length === MAX_ROWS);
      } catch (error) {
        const known = asTercetError(error);
        if (known.kind !== 'Unavailable') throw known;
        logger.warn('the feed waits for the database', { error: known });
      }
    }
  };
  const finished = follow();
  finished.catch(() => undefined);
  return {
    recent: () => recent,
    get last() {
      return last;
    },
    finished,
    async [Symbol.asyncDispose]() {
      stopped = true;
      notify();
      await finished.catch(() => undefined);
      await listener[Symbol.asyncDispose]();
    },
  };
}

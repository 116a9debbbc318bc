import { asTercetError, type Logger } from '@tercet/kit';
import { LOCK } from './advisory-locks.js';
import type { Database } from './database.js';

const HOUR_MS = 3_600_000;
const MAX_ITEMS = 500;
/** Counters are small, and charts look back a day. */
const KEEP_MINUTES = 31 * 24 * 60;

/**
 * Removes items whose last decision is older than so many days, unless a case of theirs is open or they are preserved. What people
 * decided stays, without notes. Returns how many items went, at most 500 at a time.
 */
export async function forgetOld(database: Database, keepDays: number): Promise<number> {
  return database.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [LOCK.feed]);
    const old = await sql.query<{ item_key: string }>(
      `SELECT items.item_key FROM items JOIN decisions d ON d.seq = items.latest_seq
       WHERE d.decided_at_ms < extract(epoch FROM now() - make_interval(days => $1)) * 1000
         AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.item_key = items.item_key AND c.state = 'open')
         AND NOT EXISTS (SELECT 1 FROM preserved_items p WHERE p.item_key = items.item_key)
       ORDER BY items.latest_seq LIMIT ${MAX_ITEMS}`,
      [keepDays],
    );
    const keys = [old.map((one) => one.item_key)];
    for (const table of ['decisions', 'openings', 'part_outcomes', 'reports', 'appeals', 'items'])
      await sql.query(`DELETE FROM ${table} WHERE item_key = ANY($1::text[])`, keys);
    for (const table of ['reviews', 'cases'])
      await sql.query(`UPDATE ${table} SET note = '' WHERE item_key = ANY($1::text[])`, keys);
    await sql.query('DELETE FROM minute_counts WHERE minute < extract(epoch FROM now()) / 60 - $1', [
      KEEP_MINUTES,
    ]);
    return old.length;
  });
}

/** Runs {@link forgetOld} every hour, as often as it takes. */
export function keepForgetting(database: Database, keepDays: number, logger: Logger): AsyncDisposable {
  let ended = false;
  let running: Promise<void> = Promise.resolve();
  const sweep = async (): Promise<void> => {
    try {
      let gone = MAX_ITEMS;
      while (gone === MAX_ITEMS && !ended) {
        gone = await forgetOld(database, keepDays);
        if (gone > 0) logger.info('old items removed', { items: gone });
      }
    } catch (error) {
      logger.warn('old items stay for now', { error: asTercetError(error) });
    }
  };
  const timer = setInterval(() => {
    running = running.then(sweep);
  }, HOUR_MS);
  return {
    async [Symbol.asyncDispose]() {
      ended = true;
      clearInterval(timer);
      await running;
    },
  };
}

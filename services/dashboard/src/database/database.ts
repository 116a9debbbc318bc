/**
 * One connection, or one transaction. Values are bound as $1, $2, ... and never spliced into the text. bigint columns
 * come back as numbers; a text without values may hold several statements, of which the last one's rows are given.
 */
export interface Sql {
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>;
}

/**
 * The dashboard's database: PostgreSQL where DATABASE_URL is given, else PGlite, which is the same SQL in this process.
 * Throws UnavailableError `database_unavailable` where it does not answer; a broken statement is a BugError.
 */
export interface Database extends Sql, AsyncDisposable {
  readonly kind: 'postgres' | 'pglite';
  /** READ COMMITTED; rolled back where `work` rejects. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Calls back for each committed `pg_notify(channel, payload)`, of other processes too. May miss some while reconnecting. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<AsyncDisposable>;
}

/** One connection, or one transaction. Values are bound as $1, $2, ... and never spliced into the text. */
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
}

import type { Logger } from '@tercet/kit';
import type { Database } from './database.js';
import { migrate } from './migrate.js';
import { openPostgres } from './pg-database.js';
import { openPglite } from './pglite-database.js';

export interface DatabaseConfig {
  /** `postgres://...`; undefined: PGlite in `dataDir`. */
  readonly url: string | undefined;
  readonly dataDir: string;
}

/** Opens the database and brings its schema up to date. */
export async function openDatabase(config: DatabaseConfig, logger: Logger): Promise<Database> {
  const database = config.url ? await openPostgres(config.url, logger) : await openPglite(config.dataDir);
  try {
    const applied = await migrate(database);
    logger.info('database ready', { kind: database.kind, migrations_applied: applied.length });
    return database;
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

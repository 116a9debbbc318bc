import type { Logger } from '@tercet/kit';
import { checkSchema } from './check-schema.js';
import type { DatabaseConfig } from './config.js';
import type { Database } from './database.js';
import { migrate } from './migrate.js';
import { openPostgres } from './pg-database.js';
import { openPglite } from './pglite-database.js';

/**
 * Who applies migrations. `job`: somebody else, before this build is rolled out; the schema is only looked at. `self`: whoever
 * opens the database, where one machine runs it all.
 */
export type Migrating = 'job' | 'self';

/**
 * Opens the database with a schema that goes with this build. PGlite is always migrated here: its folder is one process's, so that
 * no job could do it beside a running dashboard, and no other build can be using it.
 * @throws SchemaError where it does not.
 */
export async function openDatabase(
  config: DatabaseConfig,
  logger: Logger,
  migrating: Migrating = 'self',
): Promise<Database> {
  const database = config.url ? await openPostgres(config.url, logger) : await openPglite(config.dataDir);
  try {
    if (database.kind === 'postgres' && migrating === 'job') {
      const beyond = await checkSchema(database);
      logger.info('database ready', { kind: database.kind, migrations_beyond: beyond.length });
    } else {
      const applied = await migrate(database);
      logger.info('database ready', { kind: database.kind, migrations_applied: applied.length });
    }
    return database;
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

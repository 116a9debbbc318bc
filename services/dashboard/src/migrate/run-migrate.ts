import { asTercetError, ConfigError, createLogger, type Env, type Logger } from '@tercet/kit';
import { type DatabaseConfig, readDatabaseConfig } from '../database/config.js';
import { migrate } from '../database/migrate.js';
import { openPostgres } from '../database/pg-database.js';
import { openPglite } from '../database/pglite-database.js';

/** As a service's own. */
const EXIT = { ok: 0, unavailable: 69, bug: 70, config: 78 } as const;

/**
 * Brings the dashboard's database to the schema of this build, as often as one asks; run before the build is rolled out. Answers the
 * exit code.
 */
export async function runMigrate(env: Env, logger: Logger = createLogger('migrations')): Promise<number> {
  try {
    await using database = await open(readDatabaseConfig(env), logger);
    const applied = await migrate(database);
    logger.info('migrated', { kind: database.kind, count: applied.length, applied: applied.join(' ') });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof ConfigError) {
      logger.error('wrong configuration', { error });
      return EXIT.config;
    }
    const known = asTercetError(error);
    logger.error('fatal', { error: known });
    return known.kind === 'Unavailable' ? EXIT.unavailable : EXIT.bug;
  }
}

/** A migration of a large table takes as long as it takes; the job has its own limit. */
const open = ({ url, dataDir }: DatabaseConfig, logger: Logger) =>
  url ? openPostgres(url, logger, { statementTimeoutMs: 0 }) : openPglite(dataDir);

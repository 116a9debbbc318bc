import type { RunningService, ServiceContext } from '@tercet/kit';
import type { DatabaseConfig } from '../database/config.js';
import { migrate } from '../database/migrate.js';
import { openPostgres } from '../database/pg-database.js';
import { openPglite } from '../database/pglite-database.js';

/**
 * Brings the dashboard's database to the schema of this build, as often as one asks; run before the build is rolled out. A service
 * that has finished when it has started: its exit codes, log and signals are a service's.
 */
export async function runMigrations(
  { url, dataDir }: DatabaseConfig,
  { logger }: ServiceContext,
): Promise<RunningService> {
  // A migration of a large table takes as long as it takes; the job has its own limit.
  await using database = url
    ? await openPostgres(url, logger, { statementTimeoutMs: 0 })
    : await openPglite(dataDir);
  const applied = await migrate(database);
  logger.info('migrated', { kind: database.kind, count: applied.length, applied: applied.join(' ') });
  return { finished: Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() };
}

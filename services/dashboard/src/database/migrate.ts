import { LOCK } from './advisory-locks.js';
import { judgeSchema } from './check-schema.js';
import type { Database, Sql } from './database.js';
import { type Migration, readApplied, readMigrations } from './migrations.js';
import { SchemaError } from './schema-error.js';

/** A statement that waits longer for a table gives up: whoever asks for that table would queue behind it. */
const LOCK_TIMEOUT = '10s';

/**
 * Applies the migrations that are missing, in order, one transaction each; several processes may try at once, and any number of
 * times. Returns the names applied.
 * @throws SchemaError `schema_changed` where a file is not as it was when it was applied, `schema_ahead` where a newer build's
 * migrations leave this one nothing to do.
 */
export async function migrate(database: Database, folder?: URL): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const verdict = judgeSchema(migrations, await readApplied(database));
  if (!verdict.fits && verdict.code !== 'schema_behind')
    throw new SchemaError(verdict.code, verdict.migrations);
  await database.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [LOCK.migration]);
    await sql.query(
      'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
  });
  const applied: string[] = [];
  for (const migration of migrations)
    if (await database.transaction((sql) => apply(sql, migration))) applied.push(migration.name);
  return applied;
}

/** Whether it was new. */
async function apply(sql: Sql, { name, text, sha256, breaksOlder }: Migration): Promise<boolean> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [LOCK.migration]);
  const [known] = await sql.query<{ sha256: string }>('SELECT sha256 FROM migrations WHERE name = $1', [
    name,
  ]);
  if (known && known.sha256 !== sha256) throw new SchemaError('schema_changed', [name]);
  if (known) return false;
  await sql.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  await sql.query(text);
  await sql.query('INSERT INTO migrations (name, sha256) VALUES ($1, $2)', [name, sha256]);
  if (breaksOlder) await sql.query('UPDATE migrations SET breaks_older = true WHERE name = $1', [name]);
  return true;
}

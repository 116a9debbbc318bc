import { readdir, readFile } from 'node:fs/promises';
import { BugError, sha256Hex } from '@tercet/kit';
import { LOCK } from './advisory-locks.js';
import type { Database } from './database.js';

const FOLDER = new URL('../../migrations/', import.meta.url);

/**
 * Applies what is missing of `migrations/NNNN_name.sql`, in order, one transaction each; several processes may try at
 * once. Returns the names applied.
 * @throws BugError where a file is not as it was when it was applied.
 */
export async function migrate(database: Database, folder: URL = FOLDER): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  await database.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [LOCK.migration]);
    await sql.query(
      'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
  });
  const applied: string[] = [];
  for (const name of names) {
    const text = await readFile(new URL(name, folder), 'utf8');
    const sha256 = sha256Hex(Buffer.from(text));
    const isNew = await database.transaction(async (sql) => {
      await sql.query('SELECT pg_advisory_xact_lock($1)', [LOCK.migration]);
      const [known] = await sql.query<{ sha256: string }>('SELECT sha256 FROM migrations WHERE name = $1', [
        name,
      ]);
      if (known && known.sha256 !== sha256)
        throw new BugError(`migration ${name} was changed after it was applied`);
      if (known) return false;
      await sql.query(text);
      await sql.query('INSERT INTO migrations (name, sha256) VALUES ($1, $2)', [name, sha256]);
      return true;
    });
    if (isNew) applied.push(name);
  }
  return applied;
}

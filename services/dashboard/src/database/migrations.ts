import { readdir, readFile } from 'node:fs/promises';
import { sha256Hex } from '@tercet/kit';
import type { Sql } from './database.js';

const FOLDER = new URL('../../migrations/', import.meta.url);
/** First line of a migration after which builds that do not hold it can no longer work. */
const BREAKING = '-- breaks older builds';

/** A migration of this build. */
export interface Migration {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
  /** Builds that do not hold it must not use the database once it is applied. */
  readonly breaksOlder: boolean;
}

/** A migration as the database remembers it. */
export interface AppliedMigration {
  readonly name: string;
  readonly sha256: string;
  readonly breaksOlder: boolean;
}

/** `NNNN_name.sql` of a folder, in the order in which they are applied. */
export async function readMigrations(folder: URL = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      const [first = ''] = text.split('\n', 1);
      return { name, text, sha256: sha256Hex(Buffer.from(text)), breaksOlder: first.trim() === BREAKING };
    }),
  );
}

/** What was applied; nothing where the database has never been migrated. Changes nothing. */
export async function readApplied(sql: Sql): Promise<AppliedMigration[]> {
  const [found] = await sql.query<{ there: boolean }>(
    "SELECT to_regclass('migrations') IS NOT NULL AS there",
  );
  if (!found?.there) return [];
  // By way of JSON, since the column came with a migration of its own.
  const rows = await sql.query<{ name: string; sha256: string; breaks_older: boolean | null }>(
    "SELECT name, sha256, (to_jsonb(m) ->> 'breaks_older')::boolean AS breaks_older FROM migrations AS m ORDER BY name",
  );
  return rows.map(({ name, sha256, breaks_older }) => ({ name, sha256, breaksOlder: breaks_older === true }));
}

import type { Database } from './database.js';
import { type AppliedMigration, type Migration, readApplied, readMigrations } from './migrations.js';
import { type SchemaCode, SchemaError } from './schema-error.js';

/** Whether a build goes with a database; `beyond`: migrations of a newer build, with which this one can work. */
export type SchemaVerdict =
  | { readonly fits: true; readonly beyond: readonly string[] }
  | { readonly fits: false; readonly code: SchemaCode; readonly migrations: readonly string[] };

/** Holds what a database went through against what a build brings. */
export function judgeSchema(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): SchemaVerdict {
  const [ours, theirs] = [byName(migrations), byName(applied)];
  const unknown = applied.filter(({ name }) => !ours.has(name));
  const refusals = {
    schema_changed: migrations.filter(
      ({ name, sha256 }) => theirs.has(name) && theirs.get(name)?.sha256 !== sha256,
    ),
    schema_ahead: unknown.filter(({ breaksOlder }) => breaksOlder),
    schema_behind: migrations.filter(({ name }) => !theirs.has(name)),
  };
  for (const [code, found] of Object.entries(refusals) as [SchemaCode, readonly { name: string }[]][])
    if (found.length > 0) return { fits: false, code, migrations: namesOf(found) };
  return { fits: true, beyond: namesOf(unknown) };
}

/**
 * Looks at the schema and changes nothing. Answers the migrations of newer builds that are there.
 * @throws SchemaError where this build must not use the database.
 */
export async function checkSchema(database: Database, folder?: URL): Promise<readonly string[]> {
  const verdict = judgeSchema(await readMigrations(folder), await readApplied(database));
  if (!verdict.fits) throw new SchemaError(verdict.code, verdict.migrations);
  return verdict.beyond;
}

const byName = <One extends { readonly name: string }>(all: readonly One[]): Map<string, One> =>
  new Map(all.map((one) => [one.name, one]));

const namesOf = (all: readonly { readonly name: string }[]): string[] => all.map(({ name }) => name);

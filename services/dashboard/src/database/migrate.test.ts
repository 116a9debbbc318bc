import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScratchDatabase, SCRATCH_OPEN_MS, type ScratchDatabase } from '../testing/scratch-database.js';
import { checkSchema } from './check-schema.js';
import { migrate } from './migrate.js';
import { readApplied, readMigrations } from './migrations.js';

let scratch: ScratchDatabase;
/** The folder of a newer build: the same and more. */
let folder: string;
let newer: URL;
beforeAll(async () => {
  scratch = await openScratchDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tercet-migrations-'));
  cpSync(fileURLToPath(new URL('../../migrations', import.meta.url)), folder, { recursive: true });
  newer = pathToFileURL(`${folder}/`);
}, SCRATCH_OPEN_MS);
afterAll(async () => {
  await scratch?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const add = (name: string, text: string): void => writeFileSync(join(folder, name), text);

it('remembers what it applied, and applies nothing again', async () => {
  const names = (await readMigrations()).map(({ name }) => name);
  expect((await readApplied(scratch.database)).map(({ name }) => name)).toEqual(names);
  expect(await migrate(scratch.database)).toEqual([]);
  expect(await checkSchema(scratch.database)).toEqual([]);
});

it('leaves nothing of a migration that fails', async () => {
  add('9000_wrong.sql', 'CREATE TABLE half (n int);\nINSERT INTO half VALUES (1);\nSELECT 1 / 0;');
  await expect(migrate(scratch.database, newer)).rejects.toThrow(/division by zero/);
  expect(await scratch.database.query("SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
  rmSync(join(folder, '9000_wrong.sql'));
});

it('lets an older build go on after one that adds, and refuses it after one that breaks', async () => {
  add('9001_adds.sql', 'ALTER TABLE decisions ADD COLUMN of_a_newer_build text;');
  await expect(checkSchema(scratch.database, newer)).rejects.toMatchObject({
    code: 'schema_behind',
    migrations: ['9001_adds.sql'],
  });
  expect(await migrate(scratch.database, newer)).toEqual(['9001_adds.sql']);
  expect(await checkSchema(scratch.database)).toEqual(['9001_adds.sql']);
  expect(await migrate(scratch.database)).toEqual([]);

  add('9002_breaks.sql', '-- breaks older builds\nALTER TABLE decisions DROP COLUMN of_a_newer_build;');
  expect(await migrate(scratch.database, newer)).toEqual(['9002_breaks.sql']);
  expect(await checkSchema(scratch.database, newer)).toEqual([]);
  const ahead = { code: 'schema_ahead', migrations: ['9002_breaks.sql'] };
  await expect(checkSchema(scratch.database)).rejects.toMatchObject(ahead);
  await expect(migrate(scratch.database)).rejects.toMatchObject(ahead);
});

it('refuses what was changed after it was applied', async () => {
  add('9001_adds.sql', 'SELECT 1;');
  const changed = { code: 'schema_changed', migrations: ['9001_adds.sql'] };
  await expect(checkSchema(scratch.database, newer)).rejects.toMatchObject(changed);
  await expect(migrate(scratch.database, newer)).rejects.toMatchObject(changed);
});

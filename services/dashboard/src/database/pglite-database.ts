import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import { BugError } from '@tercet/kit';
import type { Database, Sql } from './database.js';
import { holdDirectory } from './directory-lock.js';

/**
 * PGlite, PostgreSQL in this process, with its files in a folder that no other process may use meanwhile.
 * @throws UnavailableError `database_unavailable` where another process holds the folder.
 */
export async function openPglite(folder: string): Promise<Database> {
  await mkdir(folder, { recursive: true });
  const lock = await holdDirectory(folder);
  try {
    const lite = await PGlite.create({
      dataDir: join(folder, 'pglite'),
      parsers: { [types.INT8]: Number },
    });
    return {
      kind: 'pglite',
      query: (text, values) => guarded(() => queryOn(lite, text, values)),
      transaction: (work) => guarded(() => lite.transaction((inner) => work(sqlOn(inner)))),
      async listen(channel, onNotify) {
        const stop = await lite.listen(channel, onNotify);
        return { [Symbol.asyncDispose]: () => stop() };
      },
      async [Symbol.asyncDispose]() {
        await lite.close();
        await lock[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

type Queryable = Pick<PGlite, 'query' | 'exec'>;

const sqlOn = (on: Queryable): Sql => ({ query: (text, values) => queryOn(on, text, values) });

async function queryOn<Row extends object>(
  on: Queryable,
  text: string,
  values?: readonly unknown[],
): Promise<readonly Row[]> {
  if (values) return (await on.query<Row>(text, [...values])).rows;
  // As PostgreSQL's simple protocol, which takes several statements.
  return ((await on.exec(text)).at(-1)?.rows ?? []) as Row[];
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // PGlite's own errors carry a SQLSTATE; what the caller's work threw stays as it is.
    if (error instanceof Error && /^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code ?? '')))
      throw new BugError(`the database refused a statement: ${error.message}`, { cause: error });
    throw error;
  }
}

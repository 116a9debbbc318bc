import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@tercet/kit';
import type { Database } from '../database/database.js';
import { openDatabase } from '../database/open-database.js';
import { KnownFacets } from '../ingest/known-facets.js';
import { type ReadChunk, type WriteOptions, writeBatch } from '../ingest/write-batch.js';
import { queueList } from '../queues/queue-list.js';

/** PGlite makes its cluster anew, which takes seconds on a busy machine. */
export const SCRATCH_OPEN_MS = 120_000;

/** A migrated PGlite database that nobody else uses, with the ingest in front of it. */
export interface ScratchDatabase extends AsyncDisposable {
  readonly database: Database;
  ingest(...chunks: readonly ReadChunk[]): Promise<void>;
}

export async function openScratchDatabase(
  options: Partial<Pick<WriteOptions, 'openAfterReports'>> = {},
): Promise<ScratchDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'tercet-dashboard-'));
  const database = await openDatabase({ url: undefined, dataDir: folder }, silentLogger());
  const write: WriteOptions = {
    queues: queueList(),
    facets: new KnownFacets(),
    openAfterReports: options.openAfterReports ?? 3,
  };
  return {
    database,
    ingest: (...chunks) => writeBatch(database, chunks, write),
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

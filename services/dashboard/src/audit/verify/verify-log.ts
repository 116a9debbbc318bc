import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, UnavailableError } from '@tercet/kit';
import { z } from 'zod';
import { openPostgres } from '../../database/pg-database.js';
import { openPglite } from '../../database/pglite-database.js';
import { parseAnchors } from '../anchor.js';
import { readAudit } from '../read-audit.js';
import { type Finding, type Verification, verifyChain } from '../verify-chain.js';

/** What to verify. The words of `tercet audit verify`, which sends them on standard input: the key is no argument. */
export const verifyRequest = z.strictObject({
  databaseUrl: z.string().optional(),
  dataDir: z.string(),
  /** Read where it is there, unless `anchorsWanted`. */
  anchorsFile: z.string(),
  anchorsWanted: z.boolean(),
  anchorKey: z.string().optional(),
});
export type VerifyRequest = z.infer<typeof verifyRequest>;

/**
 * Reads the log and its anchors, and changes nothing.
 * @throws UnavailableError where the database or the anchors that were asked for are not to be had.
 */
export async function verifyLog(request: VerifyRequest): Promise<Verification> {
  const { anchors, badLines } = parseAnchors(await anchorsText(request), request.anchorKey);
  await using database = await openRead(request);
  const verification = await verifyChain(readAudit(database), anchors);
  const bad = badLines.map(
    (n): Finding => ({
      kind: 'bad_anchor',
      n,
      message: `line ${n} of the anchors is malformed or not signed with the key`,
    }),
  );
  return {
    ...verification,
    findings: [...bad, ...verification.findings],
    findingsInAll: bad.length + verification.findingsInAll,
  };
}

async function openRead({ databaseUrl, dataDir }: VerifyRequest) {
  if (databaseUrl !== undefined) return openPostgres(databaseUrl, silentLogger());
  if (!existsSync(join(dataDir, 'pglite'))) {
    throw new UnavailableError('database_unavailable', `no dashboard has kept its database in ${dataDir}`);
  }
  return openPglite(dataDir);
}

async function anchorsText({ anchorsFile, anchorsWanted }: VerifyRequest): Promise<string> {
  try {
    return await readFile(anchorsFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !anchorsWanted) return '';
    throw new UnavailableError('content_store_unavailable', `cannot read the anchors in ${anchorsFile}`, {
      cause: error,
    });
  }
}

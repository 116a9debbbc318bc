import { existsSync } from 'node:fs';
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
  /** Text of the anchors' file; empty where there is none. */
  anchors: z.string(),
  anchorKey: z.string().optional(),
});
export type VerifyRequest = z.infer<typeof verifyRequest>;

/**
 * Reads the log and changes nothing.
 * @throws UnavailableError where the database does not answer, is not there, or is held by a dashboard.
 */
export async function verifyLog(request: VerifyRequest): Promise<Verification> {
  const { anchors, badLines } = parseAnchors(request.anchors, request.anchorKey);
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

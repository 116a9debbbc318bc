import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Postgres, startPostgres } from '@tercet/harness';
import { silentLogger } from '@tercet/kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appendAudit } from '../../services/dashboard/src/audit/append-audit.js';
import { type AuditRow, entryOf } from '../../services/dashboard/src/audit/audit-row.js';
import { entryHash } from '../../services/dashboard/src/audit/entry.js';
import { startAnchoring } from '../../services/dashboard/src/audit/start-anchoring.js';
import type { Database } from '../../services/dashboard/src/database/database.js';
import { openDatabase } from '../../services/dashboard/src/database/open-database.js';

const TERCET = fileURLToPath(new URL('../../packages/client/bin/tercet.js', import.meta.url));
const KEY = 'a key of the tests, long enough to be one';
const LINES = 40;
/** The line up to which the log is anchored. */
const ANCHORED = 30;

let postgres: Postgres;
let url: string;
const folder = mkdtempSync(join(tmpdir(), 'tercet-anchors-'));
const anchorsFile = join(folder, 'anchors.jsonl');
/** Each with connections of its own, as two dashboards have. */
let two: Database[];
let databases = 0;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  databases += 1;
  url = postgres.createDatabase(`audit_${databases}`);
  writeFileSync(anchorsFile, '');
  const open = () => openDatabase({ url, dataDir: folder }, silentLogger());
  two = await Promise.all([open(), open()]);
  await append(ANCHORED);
  const config = { anchorsFile, anchorSeconds: 3600, anchorKey: KEY };
  const anchoring = await startAnchoring(database(0), config, silentLogger());
  await anchoring[Symbol.asyncDispose]();
  await append(LINES - ANCHORED);
  return async () => {
    for (const one of two) await one[Symbol.asyncDispose]();
  };
});

function database(n: number): Database {
  const found = two[n % two.length];
  if (!found) throw new Error('no database is open');
  return found;
}

/** Many at once, half of them through each of the two. */
async function append(count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, n) =>
    database(n).transaction((sql) =>
      appendAudit(sql, {
        actor: `person-${n % 5}`,
        act: 'view_item',
        subject: `acme/${n}`,
        detail: { revision: '1' },
      }),
    ),
  );
  await Promise.all(lines);
}

/** What the owner of the database can do: triggers do not bind them. */
const tamper = (statements: string) =>
  database(0).query(
    `ALTER TABLE audit_log DISABLE TRIGGER USER; ${statements}; ALTER TABLE audit_log ENABLE TRIGGER USER`,
  );

interface Verdict {
  readonly code: number;
  readonly kinds: readonly string[];
  readonly lines: number;
  readonly anchoredTo: number;
}

/** `tercet audit verify`, as anybody would run it. */
function verify(where: readonly string[] = ['--database-url', url]): Promise<Verdict> {
  const args = [TERCET, 'audit', 'verify', ...where, '--anchors', anchorsFile, '--json'];
  const env = { ...process.env, TERCET_AUDIT_ANCHOR_KEY: KEY };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      const code = error ? Number(error.code) : 0;
      if (code > 1) return reject(new Error(stderr));
      const found = JSON.parse(stdout) as { findings: { kind: string }[]; lines: number; anchoredTo: number };
      const kinds = [...new Set(found.findings.map(({ kind }) => kind))].sort();
      return resolve({ code, kinds, lines: found.lines, anchoredTo: found.anchoredTo });
    });
  });
}

it('two processes that append at once make one chain, which is intact', async () => {
  expect(await verify()).toEqual({ code: 0, kinds: [], lines: LINES, anchoredTo: ANCHORED });
});

describe('tercet audit verify finds', () => {
  it.each<[string, string, readonly string[]]>([
    ['a changed line', `UPDATE audit_log SET actor = 'somebody' WHERE n = 7`, ['changed']],
    ['a removed line', 'DELETE FROM audit_log WHERE n = 7', ['broken_link', 'removed']],
    [
      'an inserted line',
      `UPDATE audit_log SET n = n + 1000 WHERE n >= 7; UPDATE audit_log SET n = n - 999 WHERE n > 1000;
       INSERT INTO audit_log SELECT 7, at_ms, actor, act, subject, detail, previous_hash, hash FROM audit_log WHERE n = 6`,
      ['broken_link', 'changed', 'rewritten'],
    ],
    ['a cut tail', `DELETE FROM audit_log WHERE n >= ${ANCHORED}`, ['cut_tail']],
    ['an emptied log', 'DELETE FROM audit_log', ['cut_tail']],
  ])('%s', async (_, statements, kinds) => {
    await tamper(statements);
    expect(await verify()).toMatchObject({ code: 1, kinds });
  });

  it('a chain that was rewritten so that it holds together', async () => {
    await rewriteFrom(7);
    expect(await verify()).toMatchObject({ code: 1, kinds: ['rewritten'] });
    writeFileSync(anchorsFile, '');
    expect(await verify()).toMatchObject({ code: 0, anchoredTo: 0 });
  });

  it('anchors that were made to fit a rewritten chain without the key', async () => {
    await rewriteFrom(7);
    const [anchored] = await database(0).query<AuditRow>('SELECT * FROM audit_log WHERE n = $1', [ANCHORED]);
    const forged = { ...JSON.parse(readFileSync(anchorsFile, 'utf8')), hash: anchored?.hash };
    writeFileSync(anchorsFile, `${JSON.stringify(forged)}\n`);
    expect(await verify()).toMatchObject({ code: 1, kinds: ['bad_anchor'] });
  });
});

it('what lies after the last anchor can be rewritten unseen, as docs/dashboard.md says', async () => {
  await rewriteFrom(ANCHORED + 1);
  expect(await verify()).toMatchObject({ code: 0, anchoredTo: ANCHORED });
});

it('a log in PGlite is verified too, though not while a dashboard holds it', async () => {
  const dataDir = join(folder, 'data');
  const event = { actor: 'person-1', act: 'claim', subject: 'case/1', detail: {} } as const;
  writeFileSync(anchorsFile, '');
  {
    await using held = await openDatabase({ url: undefined, dataDir }, silentLogger());
    await held.transaction((sql) => appendAudit(sql, event));
    await expect(verify(['--data-dir', dataDir])).rejects.toThrow(/another process uses the database/);
  }
  expect(await verify(['--data-dir', dataDir])).toMatchObject({ code: 0, lines: 1 });
  await expect(verify(['--data-dir', join(folder, 'nothing')])).rejects.toThrow(/no dashboard/);
});

/** Makes a line another one, and all after it anew, with hashes that fit. */
async function rewriteFrom(first: number): Promise<void> {
  const rows = await database(0).query<AuditRow>('SELECT * FROM audit_log WHERE n >= $1 ORDER BY n', [first]);
  let previousHash = rows[0]?.previous_hash ?? '';
  const statements = rows.map((row) => {
    const actor = row.n === first ? 'somebody' : row.actor;
    const hash = entryHash({ ...entryOf(row), actor, previousHash });
    const set = `actor = '${actor}', previous_hash = '${previousHash}', hash = '${hash}'`;
    previousHash = hash;
    return `UPDATE audit_log SET ${set} WHERE n = ${row.n}`;
  });
  await tamper(statements.join('; '));
}

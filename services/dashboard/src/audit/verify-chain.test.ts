import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@tercet/kit';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.js';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.js';
import { anchorText, parseAnchors } from './anchor.js';
import { appendAudit } from './append-audit.js';
import type { AuditRow } from './audit-row.js';
import { type AuditEvent, detailText, entryHash, NO_HASH } from './entry.js';
import { readAudit } from './read-audit.js';
import { startAnchoring } from './start-anchoring.js';
import { type FindingKind, verifyChain } from './verify-chain.js';

const KEY = 'a key of the tests, long enough to be one';
let folder: string;
let scratch: ScratchDatabase;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tercet-audit-'));
  scratch = await openScratchDatabase();
  database = scratch.database;
}, 120_000);
afterAll(async () => {
  await scratch?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What who owns the database can do: the triggers keep honest software honest. */
const tamper = async (...statements: string[]): Promise<void> => {
  await database.query(
    `ALTER TABLE audit_log DISABLE TRIGGER USER; ${statements.join(';')}; ALTER TABLE audit_log ENABLE TRIGGER USER`,
  );
};
const event = (subject: string): AuditEvent => ({
  actor: 'person-1',
  act: 'view_item',
  subject,
  detail: { version: '1' },
});
const append = (subject: string) => database.transaction((sql) => appendAudit(sql, event(subject)));
const rows = async () => database.query<AuditRow>('SELECT * FROM audit_log ORDER BY n');
const config = (name: string) => ({ anchorsFile: join(folder, name), anchorSeconds: 3600, anchorKey: KEY });
async function verify(anchorsFile?: string) {
  const text = anchorsFile === undefined ? '' : await readFile(anchorsFile, 'utf8');
  return verifyChain(readAudit(database), parseAnchors(text, KEY).anchors);
}
const kinds = (found: { findings: readonly { kind: FindingKind; n: number }[] }) =>
  found.findings.map(({ kind, n }) => `${kind} ${n}`);

/** The line and all after it made anew, so that the chain holds together again. */
async function rewriteFrom(n: number, change: Partial<AuditRow>): Promise<void> {
  const all = await rows();
  let previous = all.at(n - 2)?.hash ?? NO_HASH;
  const statements: string[] = [];
  for (const row of all.slice(n - 1)) {
    const made = { ...row, ...(row.n === n ? change : {}), previous_hash: previous };
    const hash = entryHash({
      n: made.n,
      atMs: made.at_ms,
      actor: made.actor,
      act: made.act as AuditEvent['act'],
      subject: made.subject,
      detail: JSON.parse(made.detail),
      previousHash: previous,
    });
    statements.push(
      `UPDATE audit_log SET actor = '${made.actor}', previous_hash = '${previous}', hash = '${hash}' WHERE n = ${row.n}`,
    );
    previous = hash;
  }
  await tamper(...statements);
}

let anchorsFile: string;
let tests = 0;
/** Ten lines, the first eight of them anchored. */
beforeEach(async () => {
  await tamper('DELETE FROM audit_log');
  tests += 1;
  const anchors = config(`anchors-${tests}.jsonl`);
  anchorsFile = anchors.anchorsFile;
  for (let line = 1; line <= 5; line += 1) await append(`acme/${line}`);
  await (await startAnchoring(database, anchors, silentLogger()))[Symbol.asyncDispose]();
  for (let line = 6; line <= 8; line += 1) await append(`acme/${line}`);
  await (await startAnchoring(database, anchors, silentLogger()))[Symbol.asyncDispose]();
  await append('acme/9');
  await append('acme/10');
});

it('an untouched log is intact, and says how far it is anchored', async () => {
  const found = await verify(anchorsFile);
  expect(found).toMatchObject({ lines: 10, anchors: 2, anchoredTo: 8, findings: [] });
  expect(found.headHash).toBe((await rows()).at(-1)?.hash);
});

it('a line cannot be changed or removed by a statement', async () => {
  for (const statement of [
    `UPDATE audit_log SET actor = 'x'`,
    'DELETE FROM audit_log',
    'TRUNCATE audit_log',
  ]) {
    await expect(database.query(statement)).rejects.toThrow(/appended to alone/);
  }
  expect(await rows()).toHaveLength(10);
});

describe('is found', () => {
  it.each<[string, string]>([
    ['actor', `actor = 'person-2'`],
    ['act', `act = 'claim'`],
    ['subject', `subject = 'acme/other'`],
    ['detail', `detail = '{"version":"2"}'`],
    ['the form of the detail', `detail = '{ "version": "1" }'`],
    ['broken detail', `detail = 'null'`],
    ['time', 'at_ms = at_ms + 1'],
  ])('a changed line: %s', async (_, change) => {
    await tamper(`UPDATE audit_log SET ${change} WHERE n = 4`);
    expect(kinds(await verify())).toEqual(['changed 4']);
  });

  it('a line changed with its own hash', async () => {
    const [row] = (await rows()).slice(3);
    if (!row) throw new Error('no line 4');
    const hash = entryHash({
      ...event('acme/other'),
      n: 4,
      atMs: row.at_ms,
      previousHash: row.previous_hash,
    });
    await tamper(`UPDATE audit_log SET subject = 'acme/other', hash = '${hash}' WHERE n = 4`);
    expect(kinds(await verify())).toEqual(['broken_link 5']);
  });

  it('a removed line, and a removed beginning', async () => {
    await tamper('DELETE FROM audit_log WHERE n = 4');
    expect(kinds(await verify())).toEqual(['removed 5', 'broken_link 5']);
    await tamper('DELETE FROM audit_log WHERE n < 4');
    expect(kinds(await verify())).toEqual(['removed 5', 'broken_link 5']);
  });

  it('a removed line with all after it numbered anew', async () => {
    await tamper('DELETE FROM audit_log WHERE n = 4', 'UPDATE audit_log SET n = n - 1 WHERE n > 4');
    expect(kinds(await verify())).toContain('broken_link 4');
    expect(kinds(await verify())).toContain('changed 4');
  });

  it('an inserted line, with all after it moved on', async () => {
    const copy = 'at_ms, actor, act, subject, detail, previous_hash, hash';
    await tamper(
      'UPDATE audit_log SET n = n + 1000 WHERE n >= 4',
      'UPDATE audit_log SET n = n - 999 WHERE n > 1000',
      `INSERT INTO audit_log SELECT 4, ${copy} FROM audit_log WHERE n = 3`,
    );
    const found = kinds(await verify());
    expect(found).toContain('changed 4');
    expect(found).toContain('broken_link 4');
    expect(found).toContain('changed 5');
  });

  it('a cut tail, back to the last anchor', async () => {
    await tamper('DELETE FROM audit_log WHERE n > 7');
    expect(kinds(await verify())).toEqual([]);
    expect(kinds(await verify(anchorsFile))).toEqual(['cut_tail 8']);
  });

  it('a tail that was cut and has grown again', async () => {
    await tamper('DELETE FROM audit_log WHERE n > 7');
    for (let line = 8; line <= 12; line += 1) await append(`acme/again-${line}`);
    expect(kinds(await verify())).toEqual([]);
    expect(kinds(await verify(anchorsFile))).toEqual(['rewritten 8']);
  });

  it('a chain that was rewritten and holds together', async () => {
    await rewriteFrom(3, { actor: 'person-2' });
    expect(kinds(await verify())).toEqual([]);
    expect(kinds(await verify(anchorsFile))).toEqual(['rewritten 5', 'rewritten 8']);
  });

  it('but not what was rewritten after the last anchor: that is where its word ends', async () => {
    await rewriteFrom(9, { actor: 'person-2' });
    expect(await verify(anchorsFile)).toMatchObject({ anchoredTo: 8, findings: [] });
  });

  it('an emptied log', async () => {
    await tamper('DELETE FROM audit_log');
    expect(kinds(await verify(anchorsFile))).toEqual(['cut_tail 5', 'cut_tail 8']);
  });
});

describe('anchors', () => {
  it('are added only where the log has grown, by each process that starts', async () => {
    const before = await readFile(anchorsFile, 'utf8');
    const again = await startAnchoring(database, { ...config('x'), anchorsFile }, silentLogger());
    await again[Symbol.asyncDispose]();
    const lines = (await readFile(anchorsFile, 'utf8')).slice(before.length).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).n)).toEqual([10]);
  });

  it('that are forged, unsigned or malformed are told by their lines', () => {
    const anchor = { n: 3, hash: 'a'.repeat(64), atMs: 5 };
    const good = anchorText(anchor, KEY);
    const text = [
      good,
      anchorText(anchor, 'another key'),
      anchorText(anchor, undefined),
      'x\n',
      '{"n":1}\n',
    ].join('');
    expect(parseAnchors(text, KEY)).toEqual({ anchors: [anchor], badLines: [2, 3, 4, 5] });
    expect(parseAnchors(good.replace('"n":3', '"n":2'), KEY).badLines).toEqual([1]);
    expect(parseAnchors(text, undefined).anchors).toHaveLength(3);
  });
});

it('the chain is one and whole however many append at once', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, line) => append(`acme/racing-${line}`)));
  expect(await verify(anchorsFile)).toMatchObject({ lines: 30, findings: [] });
});

it('an act that is rolled back leaves no line', async () => {
  const failing = database.transaction(async (sql) => {
    await appendAudit(sql, event('acme/never'));
    throw new Error('the act failed');
  });
  await expect(failing).rejects.toThrow('the act failed');
  expect(await verify(anchorsFile)).toMatchObject({ lines: 10, findings: [] });
});

it('any changed character of any field changes the hash', () => {
  const entry = fc.record({
    n: fc.nat(),
    atMs: fc.nat(),
    actor: fc.string(),
    act: fc.constant('claim' as const),
    subject: fc.string(),
    detail: fc.dictionary(fc.string(), fc.string()),
    previousHash: fc.constant(NO_HASH),
  });
  fc.assert(
    fc.property(entry, entry, (a, b) => {
      const same =
        JSON.stringify({ ...a, detail: detailText(a.detail) }) ===
        JSON.stringify({ ...b, detail: detailText(b.detail) });
      expect(entryHash(a) === entryHash(b)).toBe(same);
    }),
  );
});

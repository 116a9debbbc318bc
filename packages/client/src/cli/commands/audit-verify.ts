import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { BugError, UnavailableError } from '@tercet/kit';
import { type Command, EXIT, stringOption, UsageError } from '../command.js';
import { print, printJson } from '../output.js';

const ENGINE = fileURLToPath(
  new URL('../../../../../services/dashboard/dist/audit/verify/main.js', import.meta.url),
);
const DATA_DIR = '.run/dashboard';

/** What the engine answers; services/dashboard/src/audit has its meaning. */
interface Verification {
  readonly lines: number;
  readonly headHash: string;
  readonly anchors: number;
  readonly anchoredTo: number;
  readonly findings: readonly { kind: string; n: number; message: string }[];
  readonly findingsInAll: number;
}

/** `tercet audit verify`. */
export const auditVerify: Command = {
  name: 'audit verify',
  summary: "hold the dashboard's audit log against its hashes and anchors",
  usage: 'audit verify [--database-url URL | --data-dir FOLDER] [--anchors FILE] [--json]',
  help: `Changes nothing. Exit code 0 where the log is intact, 1 where it is not, 69 where it cannot be read.
A PGlite database is read while no dashboard runs on it.

  --database-url URL     PostgreSQL; default: DATABASE_URL
  --data-dir FOLDER      the dashboard's folder, where there is no PostgreSQL;
                         default: TERCET_DASHBOARD_DATA_DIR, else ${DATA_DIR}
  --anchors FILE         default: TERCET_AUDIT_ANCHORS, else audit-anchors.jsonl of the folder
  --json                 the findings as JSON

Anchors must bear the signature of TERCET_AUDIT_ANCHOR_KEY where that is set.`,
  options: {
    'database-url': { type: 'string' },
    'data-dir': { type: 'string' },
    anchors: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(positionals, values) {
    if (positionals.length > 0) throw new UsageError('audit verify takes options alone');
    const given = { url: stringOption(values, 'database-url'), dir: stringOption(values, 'data-dir') };
    if (given.url !== undefined && given.dir !== undefined) {
      throw new UsageError('--database-url and --data-dir exclude each other');
    }
    const databaseUrl = given.dir === undefined ? (given.url ?? variable('DATABASE_URL')) : undefined;
    const dataDir = given.dir ?? variable('TERCET_DASHBOARD_DATA_DIR') ?? DATA_DIR;
    const named = stringOption(values, 'anchors') ?? variable('TERCET_AUDIT_ANCHORS');
    const found = await verify({
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
      dataDir,
      anchors: await anchorsText(named, join(dataDir, 'audit-anchors.jsonl')),
      anchorKey: variable('TERCET_AUDIT_ANCHOR_KEY'),
    });
    const isIntact = found.findingsInAll === 0;
    if (values['json']) printJson({ intact: isIntact, ...found });
    else print(report(found));
    return isIntact ? EXIT.ok : EXIT.no;
  },
};

/** A file that was named must be there; the default one need not. */
async function anchorsText(named: string | undefined, byDefault: string): Promise<string> {
  try {
    return await readFile(named ?? byDefault, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && named === undefined) return '';
    throw new UsageError(`cannot read ${named ?? byDefault}: ${code ?? 'unknown error'}`, { cause: error });
  }
}

function variable(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** The engine is the dashboard's own, in a process of its own; secrets go through its standard input. */
async function verify(request: object): Promise<Verification> {
  if (!existsSync(ENGINE)) {
    throw new UnavailableError('deadline', 'tercet audit verify needs a checkout with the dashboard built');
  }
  const child = spawn(process.execPath, [ENGINE], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(JSON.stringify(request));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code === 0) return JSON.parse(out) as Verification;
  if (code === EXIT.unavailable) throw new UnavailableError('database_unavailable', err.trim());
  throw new BugError(`the audit log's engine ended with ${code}: ${err.trim()}`);
}

function report({ lines, headHash, anchors, anchoredTo, findings, findingsInAll }: Verification): string {
  const summary = [
    `${lines} lines, head ${headHash}`,
    anchors === 0
      ? 'no anchors: a cut tail or a rewritten chain would not be seen'
      : `${anchors} anchors, the last of line ${anchoredTo}; what came after it is held by its hashes alone`,
  ];
  if (findingsInAll === 0) return [...summary, 'intact'].join('\n');
  const more = findingsInAll > findings.length ? [`and ${findingsInAll - findings.length} more`] : [];
  const told = findings.map(({ kind, message }) => `  ${kind.padEnd(11)}  ${message}`);
  return [...summary, `NOT INTACT: ${findingsInAll} findings`, ...told, ...more].join('\n');
}

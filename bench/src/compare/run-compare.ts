import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { REPOSITORY } from '@tercet/local';
import { describeMachine } from '../machine.js';
import { digits, table } from '../print-result.js';
import type { BenchResult } from '../result.js';
import { compareRounds } from './medians.js';
import { buildRevision, runSuite } from './revision.js';

const HELP = `npm run bench:compare -- --suite NAME --base REVISION [--rounds N] [--quick] [--json FILE]

  Runs a suite of the revision and of this tree in turn, in one go, and says what changed.
  --rounds  how often each has its turn; default 3
`;

/** Answers the exit code: 64 for a wrong command line. */
export async function runCompare(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      suite: { type: 'string' },
      base: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { suite, base: name, quick } = values;
  const rounds = Number(values.rounds);
  if (values.help || suite === undefined || name === undefined || !(rounds >= 1)) {
    process.stderr.write(HELP);
    return values.help ? 0 : 64;
  }
  const folder = await mkdtemp(join(tmpdir(), 'tercet-compare-'));
  try {
    const base = await buildRevision(name, say);
    const here = { name: 'here', folder: REPOSITORY };
    const results: Record<'base' | 'here', BenchResult[]> = { base: [], here: [] };
    for (let round = 1; round <= rounds; round += 1) {
      // Who goes first changes, so that a machine that slows down favours neither.
      const order = round % 2 === 1 ? (['base', 'here'] as const) : (['here', 'base'] as const);
      for (const who of order) {
        say(`round ${round} of ${rounds}: ${who === 'base' ? name : 'here'}`);
        results[who].push(
          await runSuite({ base, here }[who], suite, quick, join(folder, `${who}-${round}.json`)),
        );
      }
    }
    const rows = compareRounds(results.base, results.here);
    const cells = rows.map((row) => [
      row.name,
      ...[row.base, row.here, row.change].map(
        ({ median, min, max }) => `${digits(median)} (${digits(min)}-${digits(max)})`,
      ),
      row.here.unit,
    ]);
    const lines = table([['figure', name, 'here', 'here over base', 'unit'], ...cells]);
    process.stdout.write(`suite ${suite} on ${describeMachine()}, ${rounds} rounds\n\n${lines.join('\n')}\n`);
    if (values.json !== undefined)
      await writeFile(
        values.json,
        `${JSON.stringify({ suite, machine: describeMachine(), base: name, rows }, null, 2)}\n`,
      );
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

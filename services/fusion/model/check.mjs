// Checks the join's protocol, and that each mutant of it is caught: `npm run model`. See docs/model.md.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTANTS, SCOPES } from './runs.mjs';

const HELP = new URL('../../../deploy/local/help/model.txt', import.meta.url);
const MODEL = join(dirname(fileURLToPath(import.meta.url)), 'join.pml');
const LIMITS = { wholeMs: 600_000, memoryMiB: 3_500, depth: 20_000 };
const endsAt = Date.now() + LIMITS.wholeMs;

const options = readOptions();
if (options.help) {
  process.stdout.write(readFileSync(HELP, 'utf8'));
  process.exit(0);
}
for (const tool of ['spin', 'cc']) {
  const { error } = spawnSync(tool, [tool === 'spin' ? '-V' : '--version']);
  if (!error) continue;
  console.error(`${tool} is not there: install the Debian packages spin, gcc and libc6-dev`);
  process.exit(69);
}

const scopes = SCOPES.map((scope) => {
  const result = { ...scope, ...explore(scope.flags, '-O1') };
  const said = result.error ?? (result.complete ? 'no error' : `not finished: ${result.stopped}`);
  report(result.complete && !result.error, scope.name, said, result);
  return result;
});
const mutants = MUTANTS.map((mutant) => {
  const result = { ...mutant, ...explore({ ...mutant.flags, [mutant.name]: 1 }, '-O0') };
  report(
    Boolean(result.error),
    mutant.name,
    result.error ?? `NOT CAUGHT: ${result.stopped ?? 'no error'}`,
    result,
  );
  return result;
});
const proved = scopes.every((one) => one.complete && !one.error);
const caught = mutants.filter((one) => one.error).length;
const states = scopes.reduce((sum, one) => sum + one.states, 0);
console.log(
  `${states} states, ${proved ? 'no error' : 'NOT PROVED'}; ${caught} of ${mutants.length} mutants caught`,
);
if (options.json) {
  mkdirSync(dirname(resolve(options.json)), { recursive: true });
  writeFileSync(options.json, `${JSON.stringify({ proved, states, caught, scopes, mutants }, null, 2)}\n`);
}
process.exitCode = proved && caught === mutants.length ? 0 : 1;

function readOptions() {
  try {
    return parseArgs({ options: { json: { type: 'string' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    console.error(`${error.message}\n\n${readFileSync(HELP, 'utf8')}`);
    process.exit(2);
  }
}

function report(good, name, said, { states, depth, memoryMiB, seconds }) {
  const figures = `${states} states, depth ${depth}, ${memoryMiB} MiB, ${seconds} s`;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${name}: ${said} (${figures})`);
}

/** Explores one set of flags to its end or its first error. A mutant is compiled for longer than it runs: `-O0`. */
function explore(flags, optimise) {
  const folder = mkdtempSync(join(tmpdir(), 'join-model-'));
  const startedAt = Date.now();
  try {
    const defines = Object.entries(flags).map(([name, value]) => `-D${name}=${value}`);
    must('spin', ['-a', ...defines, MODEL], folder);
    const memory = `-DMEMLIM=${LIMITS.memoryMiB}`;
    must('cc', ['-w', optimise, '-DSAFETY', '-DCOLLAPSE', memory, '-o', 'pan', 'pan.c'], folder);
    const timeout = Math.max(1, endsAt - Date.now());
    const ran = spawnSync(join(folder, 'pan'), [`-m${LIMITS.depth}`, '-n', '-w22'], {
      cwd: folder,
      timeout,
      killSignal: 'SIGKILL',
      encoding: 'utf8',
    });
    const text = ran.stdout ?? '';
    const error = text.match(/^pan:\d+: ((?:assertion violated|invalid end state).*)$/m)?.[1];
    const stopped = ran.error
      ? `time limit of the whole check, ${LIMITS.wholeMs / 1000} s`
      : text.match(/max search depth too small|reached -DMEMLIM bound|out of memory/)?.[0];
    return {
      ...(error ? { error } : {}),
      ...(stopped ? { stopped } : {}),
      complete:
        ran.status === 0 && !stopped && /errors: 0$/m.test(text) && !text.includes('Search not completed'),
      states: number(text, /^\s*(\S+) states, stored/m),
      depth: number(text, /depth reached (\d+)/),
      memoryMiB: Math.round(number(text, /(\S+)\s+total actual memory usage/)),
      seconds: Math.round((Date.now() - startedAt) / 100) / 10,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function must(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
}

function number(text, pattern) {
  return Number(text.match(pattern)?.[1] ?? 0);
}

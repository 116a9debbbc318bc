// Programs that are not npm packages: named, and installed where this is Debian and we are root.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError, say } from './report.mjs';

const MIN_NODE = [20, 20];
const MIN_JAVA = 17;
const POLICY = '/usr/sbin/policy-rc.d';

/** Each program with the Debian package that brings it. `only`: the one purpose that needs it; else all but the model do. */
const PROGRAMS = [
  {
    command: 'java',
    packages: ['default-jre-headless'],
    use: 'Apache Kafka (Java 17 or later)',
    works: isJava,
  },
  { command: 'mvn', packages: ['maven'], use: "resolving Kafka's jars" },
  { command: 'redis-server', packages: ['redis-server'], use: 'the state of the join' },
  { command: 'ffmpeg', packages: ['ffmpeg'], use: 'decoding audio' },
  { command: 'espeak-ng', packages: ['espeak-ng'], use: 'speech in the demo', optional: true },
  {
    command: 'python3',
    packages: ['python3', 'python3-venv', 'python3-pip'],
    use: 'downloading the speech and text-reading models with pip; the Python producer, in the tests',
    works: isPythonWithPip,
  },
  {
    command: 'fc-match',
    packages: [
      'fontconfig',
      'fonts-dejavu-core',
      'fonts-dejavu-extra',
      'fonts-liberation',
      'fonts-open-sans',
      'fonts-lato',
      'fonts-roboto-unhinted',
    ],
    use: 'text in pictures, in the tests',
    only: 'tests',
    works: hasFonts,
  },
  {
    command: 'chromium',
    packages: ['chromium'],
    use: 'the dashboard’s tests in a browser',
    only: 'browser',
    optional: true,
  },
  {
    command: 'postgres',
    packages: ['postgresql'],
    use: 'a database for the dashboard, in its tests and bench',
    only: 'tests',
    isThere: hasPostgres,
  },
  { command: 'spin', packages: ['spin'], use: 'checking the model of the join', only: 'model' },
  {
    command: 'cc',
    packages: ['gcc', 'libc6-dev'],
    use: 'compiling what spin writes',
    only: 'model',
    works: compilesC,
  },
];

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = MIN_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new SetupError(`Node ${MIN_NODE.join('.')} or later is needed; this is ${process.version}`);
}

/**
 * Finds the programs, installs what is missing where that is possible, and says what to do otherwise. Purposes: `stack`,
 * `tests` (the stack and more), `browser`, `model`.
 */
export async function ensureTools(purpose) {
  const wanted = PROGRAMS.filter((one) => (one.only ? one.only === purpose : purpose !== 'model'));
  const missing = wanted.filter((one) => !isThere(one));
  if (missing.length === 0) return;
  for (const one of missing) say(`${one.command} is missing: ${one.use}`);
  const names = missing.flatMap((one) => one.packages);
  if (process.getuid?.() === 0 && onPath('apt-get')) installDebian(names);
  const still = wanted.filter((one) => !isThere(one));
  for (const one of still.filter((each) => each.optional)) say(`going on without ${one.command}`);
  const needed = still.filter((one) => !one.optional);
  if (needed.length === 0) return;
  const packages = needed.flatMap((one) => one.packages).join(' ');
  throw new SetupError(
    `these must be installed first: ${needed.map((one) => one.command).join(', ')}\n` +
      `       on Debian or Ubuntu: sudo apt-get update && sudo apt-get install ${packages}`,
  );
}

function installDebian(packages) {
  // A package's script would start redis-server as a service on its usual port; the stack starts its own.
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    apt(['update', '-q']);
    apt(['install', '-y', '-q', '--no-install-recommends', ...packages]);
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}

function apt(args) {
  say(`apt-get ${args.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env });
  if (status !== 0) say(`apt-get ended with ${status}`);
}

function isThere({ command, works, isThere: look }) {
  if (look) return look();
  return onPath(command) && (works ? works() : true);
}

function onPath(command) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder && existsSync(join(folder, command)));
}

function isJava() {
  const { status, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(\d+)/.exec(stderr ?? '')?.[1]);
  return status === 0 && major >= MIN_JAVA;
}

/** A family that is not there is replaced by another without a word. */
function hasFonts() {
  const families = ['DejaVu Sans', 'DejaVu Serif', 'Liberation Sans', 'Open Sans', 'Lato', 'Roboto'];
  return families.every((family) =>
    spawnSync('fc-match', ['--format', '%{family}', family], { encoding: 'utf8' }).stdout?.includes(family),
  );
}

/** Debian keeps the server's programs beside the PATH, by version. */
function hasPostgres() {
  if (onPath('initdb') && onPath('postgres')) return true;
  const root = '/usr/lib/postgresql';
  return (
    existsSync(root) && readdirSync(root).some((version) => existsSync(join(root, version, 'bin/initdb')))
  );
}

function isPythonWithPip() {
  return spawnSync('python3', ['-c', 'import venv, ensurepip, pip'], { stdio: 'ignore' }).status === 0;
}

/** A compiler alone is not enough: the headers are a package of their own. */
function compilesC() {
  const args = ['-x', 'c', '-fsyntax-only', '-'];
  return spawnSync('cc', args, { input: '#include <stdio.h>\n#include <stdlib.h>\n' }).status === 0;
}

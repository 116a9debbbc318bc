// Makes a fresh clone ready and then runs a script: `node deploy/local/setup.mjs [--tools PURPOSE] [--then SCRIPT ARGS...]`.
// With --tools only the programs of that purpose are seen to.
// Plain Node without dependencies, since nothing is installed yet. What is done already is skipped.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, installPackages, installPnpm } from './setup/packages.mjs';
import { SetupError, say } from './setup/report.mjs';
import { checkNode, ensureTools } from './setup/tools.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
process.chdir(root);

const then = process.argv.indexOf('--then');
const script = then < 0 ? undefined : process.argv[then + 1];
const args = then < 0 ? [] : process.argv.slice(then + 2);
const toolsOnly = process.argv[2] === '--tools' ? process.argv[3] : undefined;

try {
  checkNode();
  if (script && args.some((arg) => arg === '--help' || arg === '-h')) printHelp(script);
  await ensureTools(toolsOnly ?? purposeOf(script, args));
  if (!toolsOnly) await ensureProject();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exit(error.exitCode);
}
if (script) process.exit(await runScript(script, args));
say('ready');

/** Which programs a script needs. */
function purposeOf(path = '', rest) {
  if (path === 'test/run.mjs' && rest.includes('browser')) return 'browser';
  return /^(test|packages\/eval)\//.test(path) ? 'tests' : 'stack';
}

async function ensureProject() {
  const pnpm = await installPnpm();
  await installPackages(pnpm);
  await build(pnpm);
  await ensureBroker();
  await ensureModels();
}

/** Help is a text file where a script has one, so that asking for it installs nothing. */
function printHelp(path) {
  const name = path
    .split('/')
    .filter((piece) => piece !== 'dist')
    .at(-2);
  const file = join(root, 'deploy/local/help', `${name}.txt`);
  if (!existsSync(file)) return;
  process.stdout.write(readFileSync(file, 'utf8'));
  process.exit(0);
}

async function importBuilt(path) {
  return import(pathToFileURL(join(root, path)).href);
}

/** Kafka's jars, by Maven; needed even beside another broker, for Kafka's own console producer. */
async function ensureBroker() {
  const { resolveKafkaJars } = await importBuilt('deploy/local/broker/dist/index.js');
  await resolveKafkaJars({ onProgress: say });
}

/** The pinned models, built into the cache; one that is built on request, where the environment deploys it. */
async function ensureModels() {
  const { buildModels } = await importBuilt('packages/models/dist/index.js');
  const { modelProgressLines } = await importBuilt('packages/client/dist/cli/model-progress.js');
  const onProgress = modelProgressLines(say);
  await buildModels({ onProgress });
  const { TERCET_TEXT_MODEL: textModel } = process.env;
  if (textModel) await buildModels({ only: [textModel], onProgress });
}

/** Runs the script with our terminal and signals; resolves with its exit code. */
function runScript(path, rest) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, path), ...rest], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  });
}

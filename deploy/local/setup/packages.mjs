// pnpm, the npm packages and the build.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { diskUsage } from './disk-usage.mjs';
import { formatBytes, formatSince, SetupError, say } from './report.mjs';
import { digestOfContents, digestOfTimes, filesBelow, isDone, markDone } from './stamp.mjs';

// corepack refuses current signatures on Node 20, so pnpm comes through npm.
const PNPM_VERSION = '12.21.0';
const TOOLS = '.cache/tools';

/** Installs pnpm into .cache and returns its path. */
export async function installPnpm() {
  const bin = resolve(TOOLS, 'node_modules/.bin');
  // The package scripts, and whatever runs after us, call pnpm by name.
  process.env.PATH = `${bin}${delimiter}${process.env.PATH ?? ''}`;
  const pnpm = join(bin, 'pnpm');
  const manifest = join(TOOLS, 'node_modules/pnpm/package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === PNPM_VERSION)
    return pnpm;
  const start = performance.now();
  say(`pnpm ${PNPM_VERSION}: downloading through npm`);
  const options = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  // Its own `engine-strict` and `--prefix` keep npm away from the workspace's package.json.
  await run('npm', ['install', '--prefix', TOOLS, ...options, `pnpm@${PNPM_VERSION}`]);
  say(`pnpm ${PNPM_VERSION}: ${formatBytes(diskUsage(TOOLS))} unpacked in ${formatSince(start)}`);
  return pnpm;
}

/** Installs exactly what the lockfile names. */
export async function installPackages(pnpm) {
  const manifests = filesBelow('.', (name) => name === 'package.json');
  const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests];
  const digest = digestOfContents(inputs, process.version);
  if (existsSync('node_modules/.modules.yaml') && isDone('packages', digest)) return;
  const start = performance.now();
  say('npm packages: downloading what pnpm-lock.yaml pins');
  await run(pnpm, ['install', '--frozen-lockfile', '--reporter=append-only'], {
    // For an addon that would be compiled: the headers that came with Node, not a download.
    ...(existsSync('/usr/include/node/node.h') ? { npm_config_nodedir: '/usr' } : {}),
    CI: 'true',
  });
  markDone('packages', digest);
  say(`npm packages: ${formatBytes(diskUsage('node_modules/.pnpm'))} unpacked in ${formatSince(start)}`);
}

/** Generates the code of the contracts, compiles everything and bundles the dashboard's pages, where a source changed. */
export async function build(pnpm) {
  const source = /\.(tsx?|mjs|proto|json|css|html|svg)$/;
  const folders = ['proto', 'packages', 'services', 'deploy', 'test/harness', 'test/chaos', 'bench'];
  const files = folders
    .filter((one) => existsSync(one))
    .flatMap((one) => filesBelow(one, (n) => source.test(n)));
  const digest = digestOfTimes([...files, 'tsconfig.base.json', 'tsconfig.json', 'pnpm-lock.yaml']);
  const outputs = [
    'packages/contracts/src/gen/tercet',
    'packages/contracts/dist',
    'deploy/local/dist',
    'services/dashboard/web/dist',
  ];
  if (outputs.every((one) => existsSync(one)) && isDone('build', digest)) return;
  const start = performance.now();
  say('build: generating code and compiling');
  await run(pnpm, ['run', 'build']);
  markDone('build', digest);
  say(`build: ${formatSince(start)}`);
}

function run(command, args, env = {}) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { stdio: ['ignore', 2, 2], env: { ...process.env, ...env } });
    child.on('error', (error) => failed(new SetupError(`${command}: ${error.message}`)));
    child.on('exit', (code) => {
      if (code === 0) done();
      else failed(new SetupError(`\`${command} ${args.join(' ')}\` ended with ${code}`, 1));
    });
  });
}

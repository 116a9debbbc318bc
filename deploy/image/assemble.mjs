// Lays out what one service's image holds: node deploy/image/assemble.mjs SERVICE OUT. Run by deploy/Dockerfile in a built
// working tree; SERVICE is a folder of services/, or `client`.
import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, lutimesSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { keepOnePlatform, prune } from './prune.mjs';
import { sbomArguments, settleSbom } from './sbom.mjs';
import { filesThatRun, productionClosure, readWorkspace } from './workspace.mjs';

const DATA = ['policies', 'models/heads', 'models/models.lock.json', 'models/LICENSES.md', 'LICENSE'];
const OF_INSTALLATION = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc'];

const [service, out] = process.argv.slice(2);
const epochSeconds = Number(process.env.SOURCE_DATE_EPOCH ?? 0);
const root = process.cwd();
const app = join(resolve(out), 'app');
const workspace = readWorkspace(root);
const name = `@tercet/${service}`;
const closure = [...productionClosure(workspace, name).values()];

if (closure.some(({ folder }) => folder === 'packages/audio') && process.env.DECODER !== 'ffmpeg')
  throw new Error(`${service} decodes audio by ffmpeg: build it with --build-arg DECODER=ffmpeg`);

// The lock file holds for the workspace as a whole, so all manifests are there while pnpm works.
for (const { folder } of workspace.values()) copy(join(folder, 'package.json'));
for (const file of OF_INSTALLATION) copy(file);
pnpm(['install', '--prod', '--frozen-lockfile', '--prefer-offline', '--filter-prod', `${name}...`]);
const sbom = join(app, 'sbom.cdx.json');
pnpm(sbomArguments(name, sbom));
settleSbom(sbom, epochSeconds);

for (const { folder } of workspace.values())
  if (!closure.some((needed) => needed.folder === folder)) remove(folder);
for (const file of OF_INSTALLATION) remove(file);
for (const needed of closure) for (const path of filesThatRun(needed)) copy(path);
for (const path of DATA) copy(path);
copy('deploy/image/health.sh', 'health.sh');
keepOnePlatform(app);
prune(app);
setTimes(resolve(out));

function copy(from, to = from) {
  mkdirSync(dirname(join(app, to)), { recursive: true });
  cpSync(join(root, from), join(app, to), { recursive: true, verbatimSymlinks: true });
}

function remove(path) {
  rmSync(join(app, path), { recursive: true, force: true });
}

function pnpm(args) {
  execFileSync('pnpm', args, { cwd: app, stdio: ['ignore', 2, 2], env: { ...process.env, CI: 'true' } });
}

/** One time for all: what is built twice is then the same. */
function setTimes(path) {
  if (lstatSync(path).isDirectory()) for (const one of readdirSync(path)) setTimes(join(path, one));
  lutimesSync(path, epochSeconds, epochSeconds);
}

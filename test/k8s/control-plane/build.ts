import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { CACHE, findGo, goModule } from '../render/tools.js';
import { KUBERNETES } from '../schema/schemas.js';

const PATCH = '1.34.4';
const ETCD = 'v3.6.5';
const BUILD_TIMEOUT_MS = 3_600_000;

/** The program that plays nodes. */
export const KWOK_MODULE = { path: 'sigs.k8s.io/kwok', version: 'v0.8.0' } as const;

/** Where a control plane lies once it was built. */
export const PROGRAMS = {
  etcd: `${CACHE}/etcd-${ETCD}`,
  apiServer: `${CACHE}/kube-apiserver-${PATCH}`,
  controllerManager: `${CACHE}/kube-controller-manager-${PATCH}`,
  scheduler: `${CACHE}/kube-scheduler-${PATCH}`,
  kwok: `${CACHE}/kwok-${KWOK_MODULE.version}`,
} as const;

type Program = keyof typeof PROGRAMS;

/** An API server alone. */
export const API_SERVER: readonly Program[] = ['etcd', 'apiServer'];
/** What makes, places and plays pods besides. */
export const CLUSTER: readonly Program[] = [...API_SERVER, 'controllerManager', 'scheduler', 'kwok'];

/** Whether a test may use them: they were built, or TERCET_API_SERVER=build asks for it. */
export function areAtHand(programs: readonly Program[]): boolean {
  return process.env['TERCET_API_SERVER'] === 'build' || programs.every((name) => existsSync(PROGRAMS[name]));
}

/**
 * Builds those that are missing from their Go modules: a quarter of an hour or more on two cores, once.
 * @throws Error with the compiler's words.
 */
export function buildPrograms(programs: readonly Program[]): void {
  for (const name of programs) if (!existsSync(PROGRAMS[name])) BUILDS[name](PROGRAMS[name]);
}

const BUILDS: Readonly<Record<Program, (program: string) => void>> = {
  etcd: (program) => build(program, 'go.etcd.io/etcd/server/v3', `require go.etcd.io/etcd/server/v3 ${ETCD}`),
  apiServer: (program) => buildOfKubernetes(program, 'kube-apiserver'),
  controllerManager: (program) => buildOfKubernetes(program, 'kube-controller-manager'),
  scheduler: (program) => buildOfKubernetes(program, 'kube-scheduler'),
  kwok: (program) => {
    const { path, version } = KWOK_MODULE;
    build(program, `${path}/cmd/kwok`, `require ${path} ${version}`);
  },
};

function buildOfKubernetes(program: string, command: string): void {
  const stamp = `-X k8s.io/component-base/version.gitVersion=v${PATCH}`;
  build(program, `k8s.io/kubernetes/cmd/${command}`, kubernetesRequirements(), stamp);
}

/** Kubernetes' staging modules are published as well, under versions of their own. */
function kubernetesRequirements(): string {
  if (!KUBERNETES.startsWith(PATCH.slice(0, 4))) throw new Error(`${PATCH} is no patch of ${KUBERNETES}`);
  const source = readFileSync(`${goModule('k8s.io/kubernetes', `v${PATCH}`)}/go.mod`, 'utf8');
  const staging = [...source.matchAll(/^\t(\S+) => \.\/staging/gm)].map(
    ([, name]) => `replace ${name} => ${name} v0${PATCH.slice(1)}`,
  );
  return [`require k8s.io/kubernetes v${PATCH}`, ...staging].join('\n');
}

function build(program: string, path: string, requirements: string, stamp = ''): void {
  const cwd = `${program}-module`;
  mkdirSync(cwd, { recursive: true });
  writeFileSync(`${cwd}/go.mod`, `module tercet.test/${basename(path)}\n\ngo 1.26\n\n${requirements}\n`);
  const args = ['build', '-p', '2', '-ldflags', `-s -w ${stamp}`, '-o', program, path];
  const env = { ...process.env, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' };
  const { status, stderr } = spawnSync(findGo(), args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: BUILD_TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(`${basename(program)} was not built: ${stderr}`);
}

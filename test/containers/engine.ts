import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { attempt, run, succeeds } from './run.js';

/** Programs with the Debian packages that bring them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  dockerd: 'docker.io',
  iptables: 'iptables',
  ip: 'iproute2',
  debootstrap: 'debootstrap',
  'docker-compose': 'docker-compose',
};
const POLICY = '/usr/sbin/policy-rc.d';
const BRIDGE = 'tercet-test0';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;

/** A container engine of the tests' own, beside any that runs. */
export interface Engine {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Stops it and takes away its bridge and its control files; images stay in its data folder. */
  stop(): Promise<void>;
}

/** Why no engine can be had here; undefined where one can. Installs what is missing where this is Debian and we are root. */
export async function whyNoEngine(report: (line: string) => void): Promise<string | undefined> {
  if (process.platform !== 'linux')
    return `an engine is started on Linux alone, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'an engine is started by root alone';
  const missing = Object.keys(PROGRAMS).filter((program) => !succeeds('which', [program]));
  if (missing.length === 0) return undefined;
  const packages = missing.map((program) => PROGRAMS[program] as string);
  if (!succeeds('which', ['apt-get'])) return `missing: ${missing.join(', ')}`;
  report(`containers: installing ${packages.join(', ')}`);
  const failure = await installDebian(packages);
  return failure && `${missing.join(', ')} could not be installed: ${failure.split('\n').at(-1)}`;
}

async function installDebian(packages: readonly string[]): Promise<string | undefined> {
  // A package's script would start an engine of the machine's own.
  const ours = !existsSync(POLICY);
  if (ours) await run('sh', ['-c', `printf '#!/bin/sh\\nexit 101\\n' > ${POLICY} && chmod 755 ${POLICY}`]);
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await attempt('apt-get', ['update', '-q'], { env });
    const args = ['install', '-y', '-q', '--no-install-recommends', ...packages];
    return (await attempt('apt-get', args, { env })).failure;
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}

/**
 * Starts dockerd on a socket, data folder and bridge of its own; no rule of the machine's firewall is touched, so
 * containers reach each other and this machine's loopback reaches their published ports, and that is all.
 * @throws Error with the engine's last lines where it does not answer.
 */
export async function startEngine(folder: string): Promise<Engine> {
  mkdirSync(folder, { recursive: true });
  const pidFile = `${folder}/docker.pid`;
  await endOrphan(pidFile);
  const host = `unix://${folder}/docker.sock`;
  const logFile = `${folder}/dockerd.log`;
  if (!succeeds('ip', ['link', 'show', BRIDGE])) {
    await run('ip', ['link', 'add', BRIDGE, 'type', 'bridge']);
    await run('ip', ['address', 'add', '172.30.77.1/24', 'dev', BRIDGE]);
  }
  await run('ip', ['link', 'set', BRIDGE, 'up']);
  const log = openSync(logFile, 'w');
  const child = spawn('nice', ['-n', '10', 'dockerd', ...flags(folder, pidFile, host)], {
    stdio: ['ignore', log, log],
  });
  const stop = async (): Promise<void> => {
    await end(child);
    await attempt('ip', ['link', 'delete', BRIDGE]);
    // What a container on the host's network leaves mounted.
    await attempt('umount', [`${folder}/run/netns/default`]);
    rmSync(`${folder}/run`, { recursive: true, force: true });
  };
  const until = Date.now() + START_TIMEOUT_MS;
  while (!succeeds(dockerClient(), ['info'], { ...process.env, DOCKER_HOST: host })) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      const last = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
      throw new Error(`dockerd does not answer:\n${last}`);
    }
    await delay(200);
  }
  return { host, stop };
}

/** The client that came with the engine: another on the PATH may lack the builder. */
export function dockerClient(): string {
  return existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker';
}

function flags(folder: string, pidFile: string, host: string): string[] {
  const firewall = ['--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false'];
  const cgroup = existsSync('/sys/fs/cgroup/cgroup.controllers')
    ? []
    : ['--exec-opt', 'native.cgroupdriver=cgroupfs'];
  const own = ['--data-root', `${folder}/docker`, '--exec-root', `${folder}/run`, '--pidfile', pidFile];
  return [...own, '-H', host, ...cgroup, ...firewall, `--bridge=${BRIDGE}`, '--ip=127.0.0.1'];
}

/** One that a killed run left behind, known by its own pid file. */
async function endOrphan(pidFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const isOurs = (): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(pidFile);
    } catch {
      return false;
    }
  };
  if (isOurs()) process.kill(pid, 'SIGTERM');
  const until = Date.now() + STOP_TIMEOUT_MS;
  while (isOurs() && Date.now() < until) await delay(100);
  rmSync(pidFile, { force: true });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(late);
}

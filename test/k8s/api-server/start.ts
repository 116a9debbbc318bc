import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '@tercet/harness';
import { freePort, ManagedProcess, startReaper } from '@tercet/local';
import { PROGRAMS } from './build.js';

export interface Answer {
  readonly code: number;
  readonly out: string;
  /** Warnings of the API server, and errors. */
  readonly errors: string;
}

/** A control plane without controllers: what is applied is stored, admitted and validated, and nothing runs. */
export interface ApiServer extends AsyncDisposable {
  kubectl(...args: string[]): Promise<Answer>;
}

const READY_MS = 180_000;

export async function startApiServer(kubectl: string): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tercet-api-server-'));
  const reaper = startReaper();
  const [port, clientPort, peerPort] = [await freePort(), await freePort(), await freePort()];
  const token = randomBytes(16).toString('hex');
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(`${folder}/key.pem`, privateKey);
  writeFileSync(`${folder}/tokens.csv`, `${token},operator,operator,system:masters\n`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'test', cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'operator', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'operator' } }],
    'current-context': 'test',
  };
  writeFileSync(`${folder}/kubeconfig`, JSON.stringify(config));

  const start = (name: string, command: string, args: string[]): ManagedProcess => {
    const options = { maxRestarts: 0, stopTimeoutMs: 15_000, reaper, cwd: folder, env: process.env };
    const one = new ManagedProcess({ name, command, args, ...options });
    one.start();
    return one;
  };
  const store = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const etcd = start('etcd', PROGRAMS.etcd, [
    `--data-dir=${folder}/etcd`,
    `--listen-client-urls=${store}`,
    `--advertise-client-urls=${store}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
  ]);
  const server = start('kube-apiserver', PROGRAMS.apiServer, [
    `--etcd-servers=${store}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    `--cert-dir=${folder}/certificates`,
    `--service-account-key-file=${folder}/key.pem`,
    `--service-account-signing-key-file=${folder}/key.pem`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.96.0.0/16',
    `--token-auth-file=${folder}/tokens.csv`,
    '--authorization-mode=AlwaysAllow',
  ]);

  const run = promisify(execFile);
  const ask = async (...args: string[]): Promise<Answer> => {
    const options = {
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, KUBECONFIG: `${folder}/kubeconfig` },
    };
    try {
      const { stdout, stderr } = await run(kubectl, args, options);
      return { code: 0, out: stdout, errors: stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, out: stdout, errors: stderr };
    }
  };
  const stop = async (): Promise<void> => {
    await server.stop();
    await etcd.stop();
    await reaper.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitFor('the API server is ready', async () => (await ask('get', '--raw', '/readyz')).code === 0, {
      timeoutMs: READY_MS,
      intervalMs: 500,
      explain: () => [...etcd.log.last(5), ...server.log.last(15)].join('\n'),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { kubectl: ask, [Symbol.asyncDispose]: stop };
}

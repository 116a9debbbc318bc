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

/** An API server without controllers: what is applied is stored, admitted and validated, and nothing runs. */
export interface ApiServer extends AsyncDisposable {
  kubectl(...args: string[]): Promise<Answer>;
  /** Server-side apply of objects as they stand. */
  apply(...objects: readonly object[]): Promise<Answer>;
  /** For programs that speak to it. */
  readonly kubeconfig: string;
  /** What it serves TLS with, by its own hand. */
  readonly certificate: { readonly key: string; readonly cert: string };
  /** Starts a program that ends before the API server does; `onLine` is called for each line that it prints. */
  start(
    name: string,
    command: string,
    args: readonly string[],
    onLine?: (line: string) => void,
  ): ManagedProcess;
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

  const started: ManagedProcess[] = [];
  const start: ApiServer['start'] = (name, command, args, onLine) => {
    const options = { maxRestarts: 0, stopTimeoutMs: 15_000, reaper, cwd: folder, env: process.env };
    const one = new ManagedProcess({ name, command, args, ...options, ...(onLine && { onLine }) });
    one.start();
    started.push(one);
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
    for (const one of started.reverse()) await one.stop();
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
  const apply = (...items: readonly object[]): Promise<Answer> => {
    const file = `${folder}/objects.json`;
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    return ask('apply', '--server-side', '--force-conflicts', '-f', file);
  };
  const certificates = `${folder}/certificates/apiserver`;
  return {
    kubectl: ask,
    apply,
    kubeconfig: `${folder}/kubeconfig`,
    certificate: { key: `${certificates}.key`, cert: `${certificates}.crt` },
    start,
    [Symbol.asyncDispose]: stop,
  };
}

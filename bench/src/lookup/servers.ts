import { fileURLToPath } from 'node:url';
import { freePort, ManagedProcess, REPOSITORY, ServiceProcess, waitFor } from '@tercet/local';
import type { JoinStage } from '../join/join-stage.js';

/** A process that answers GetDecision. */
export interface GrpcProcess extends AsyncDisposable {
  readonly address: string;
  readonly pid: number;
}

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

export async function startGateway({
  kafka,
  redis,
  prefix,
  folder,
  reaper,
}: JoinStage): Promise<GrpcProcess> {
  const port = await freePort();
  const service = new ServiceProcess({
    service: 'gateway',
    deployment: { kafkaBrokers: kafka.brokers, redisUrl: redis.url, prefix, contentDir: folder },
    healthPort: await freePort(),
    env: { TERCET_GRPC_HOST: '127.0.0.1', TERCET_GRPC_PORT: String(port) },
    reaper,
    maxRestarts: 0,
  });
  service.start();
  await service.ready(READY_TIMEOUT_MS);
  return {
    address: `127.0.0.1:${port}`,
    pid: service.pid as number,
    [Symbol.asyncDispose]: () => service.stop(),
  };
}

/**
 * The empty handler: with the telemetry that every service of ours loads, or without any. It answers nothing unless it is told
 * how many bytes.
 */
export async function startEmpty(
  { reaper }: JoinStage,
  { telemetry, answerBytes = 0 }: { readonly telemetry: boolean; readonly answerBytes?: number },
): Promise<GrpcProcess> {
  const flags = telemetry ? ['--import', '@tercet/kit/telemetry'] : [];
  const entry = fileURLToPath(new URL('./empty-main.js', import.meta.url));
  const child = new ManagedProcess({
    name: 'empty',
    command: process.execPath,
    args: ['--max-semi-space-size=16', ...flags, entry, String(Math.round(answerBytes))],
    cwd: `${REPOSITORY}/bench`,
    env: process.env,
    reaper,
    maxRestarts: 0,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  child.start();
  const portOf = () =>
    child.log
      .all()
      .find((line) => line.startsWith('listening '))
      ?.split(' ')[1];
  const port = await waitFor('the empty handler listens', portOf, {
    timeoutMs: READY_TIMEOUT_MS,
    explain: () => child.log.last(20).join('\n'),
  });
  return {
    address: `127.0.0.1:${port}`,
    pid: child.pid as number,
    [Symbol.asyncDispose]: () => child.stop(),
  };
}

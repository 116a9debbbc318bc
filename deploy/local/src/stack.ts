import { mkdirSync, rmSync } from 'node:fs';
import { type BrokerMode, type Brokers, startBrokers } from './brokers/brokers.js';
import { ensureTopics } from './ensure-topics.js';
import { freePort, isFree } from './process/free-port.js';
import { LogFile } from './process/log-file.js';
import { prefixedWriter } from './process/prefix.js';
import { type Reaper, startReaper } from './process/reaper.js';
import { type Deployment, ServiceProcess } from './service-process.js';
import { deriversAmong, SERVICES, type ServiceName } from './services.js';

export interface StackOptions {
  /** Default: `auto`, or what TERCET_BROKERS says. */
  readonly brokers?: BrokerMode;
  /** Brokers that run already; then they are not stopped either. */
  readonly runningBrokers?: Pick<Brokers, 'kafkaBrokers' | 'redisUrl'>;
  /** Default: all. */
  readonly services?: readonly ServiceName[];
  /** For every service. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** For one service. */
  readonly serviceEnv?: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>;
  /** Everything that the stack writes lies below. */
  readonly dataDir: string;
  /** Keep `dataDir` after the stop. Default false. */
  readonly keepData?: boolean;
  readonly prefix?: string;
  readonly otlpEndpoint?: string;
  /** Write every service's log lines, prefixed, here. They go to files in `dataDir` either way. */
  readonly logTo?: NodeJS.WriteStream;
  /** Steps of the start, for people. */
  readonly report?: (line: string) => void;
  /** Where the dashboard listens if the port is free; default: any free port. */
  readonly dashboardPort?: number;
  /** For brokers, and then for all services. Default 120,000. */
  readonly readyTimeoutMs?: number;
  /** Default 10. */
  readonly maxRestarts?: number;
  readonly signal?: AbortSignal;
}

/** A running pipeline. */
export interface Stack extends AsyncDisposable {
  readonly brokers: Pick<Brokers, 'kafkaBrokers' | 'redisUrl'>;
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
  readonly grpcAddress: string;
  /** Where the dashboard's pages are, once it is ready; nobody listens there where the stack was started without it. */
  readonly dashboardUrl: string;
  readonly prefix: string;
  readonly contentDir: string;
  readonly dataDir: string;
  readonly services: ReadonlyMap<ServiceName, ServiceProcess>;
  service(name: ServiceName): ServiceProcess;
  /** Drains the services, then the brokers; safe to call twice. */
  stop(): Promise<void>;
}

/** Where a stack for people has its dashboard. */
export const DASHBOARD_PORT = 8080;
const READY_TIMEOUT_MS = 120_000;
const MAX_RESTARTS = 10;

/**
 * Starts brokers, topics and services as real processes, and resolves when every service is ready.
 * @throws UnavailableError where something is not ready in time, with its last log lines; nothing is left running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, report = () => undefined } = options;
  mkdirSync(`${dataDir}/logs`, { recursive: true });
  const reaper = startReaper();
  const services = new Map<ServiceName, ServiceProcess>();
  let brokers: Brokers | undefined;
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopAll([...services.values()], brokers, reaper, options);
    return stopping;
  };
  try {
    if (!options.runningBrokers) {
      const { brokers: mode } = options;
      brokers = await startBrokers({ dataDir, report, ...(mode ? { mode } : {}) });
      options.signal?.throwIfAborted();
    }
    const { kafkaBrokers, redisUrl } = options.runningBrokers ?? (brokers as Brokers);
    const deployment: Deployment = {
      kafkaBrokers,
      redisUrl,
      prefix: options.prefix ?? '',
      contentDir: `${dataDir}/content`,
      otlpEndpoint: options.otlpEndpoint,
    };
    mkdirSync(deployment.contentDir, { recursive: true });
    await ensureTopics(kafkaBrokers, deployment.prefix);
    const ports = { grpc: await freePort(), dashboard: await dashboardPort(options) };
    await startServices({ options, deployment, ports, reaper, services, report });
    return {
      brokers: { kafkaBrokers, redisUrl },
      kafkaBrokers,
      redisUrl,
      grpcAddress: `127.0.0.1:${ports.grpc}`,
      dashboardUrl: `http://127.0.0.1:${ports.dashboard}`,
      prefix: deployment.prefix,
      contentDir: deployment.contentDir,
      dataDir,
      services,
      service: (name) => find(services, name),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Starting {
  readonly options: StackOptions;
  readonly deployment: Deployment;
  readonly ports: { readonly grpc: number; readonly dashboard: number };
  readonly reaper: Reaper;
  /** Filled as they start, so that a failure in the middle stops them. */
  readonly services: Map<ServiceName, ServiceProcess>;
  readonly report: (line: string) => void;
}

async function startServices(starting: Starting): Promise<void> {
  const { options, deployment, ports, reaper, services, report } = starting;
  const wanted = options.services ?? SERVICES;
  const width = Math.max(...wanted.map((name) => name.length));
  for (const [index, service] of wanted.entries()) {
    const file = new LogFile(`${options.dataDir}/logs/${service}.log`);
    const print = options.logTo ? prefixedWriter(options.logTo, service, index, width) : undefined;
    const process = new ServiceProcess({
      service,
      deployment,
      healthPort: await freePort(),
      env: {
        // Intake waits for what somebody is there to read.
        ...(service === 'intake' ? { TERCET_DERIVERS: deriversAmong(wanted) } : {}),
        ...(service === 'gateway' ? { TERCET_GRPC_PORT: String(ports.grpc) } : {}),
        ...(service === 'dashboard' ? dashboardEnv(options, ports.dashboard, wanted) : {}),
        ...options.env,
        ...options.serviceEnv?.[service],
      },
      reaper,
      onLine: (line) => {
        file.write(line);
        print?.(line);
      },
      maxRestarts: options.maxRestarts ?? MAX_RESTARTS,
    });
    services.set(service, process);
    process.start();
  }
  const start = performance.now();
  report(`services: starting ${wanted.join(', ')}`);
  const timeoutMs = options.readyTimeoutMs ?? READY_TIMEOUT_MS;
  // All are awaited, so that none is left waiting behind the first failure.
  const outcomes = await Promise.allSettled(
    [...services.values()].map((one) => one.ready(timeoutMs, options.signal)),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  report(`services: ready in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** A stack of its own for people keeps the documented port where it is free, so that a bookmark stays right. */
async function dashboardPort({ dashboardPort: wanted }: StackOptions): Promise<number> {
  return wanted !== undefined && (await isFree(wanted)) ? wanted : freePort();
}

/** The development login: the stack listens on loopback alone. */
function dashboardEnv(
  { dataDir }: StackOptions,
  port: number,
  wanted: readonly ServiceName[],
): Readonly<Record<string, string>> {
  return {
    TERCET_DASHBOARD_LOGIN: 'local',
    TERCET_DASHBOARD_PORT: String(port),
    TERCET_DASHBOARD_DATA_DIR: `${dataDir}/dashboard`,
    TERCET_DERIVERS: deriversAmong(wanted),
  };
}

async function stopAll(
  services: readonly ServiceProcess[],
  brokers: Brokers | undefined,
  reaper: Reaper,
  options: StackOptions,
): Promise<void> {
  // Services first: their drain needs the brokers.
  await Promise.allSettled(services.map((service) => service.stop()));
  try {
    await brokers?.stop();
  } finally {
    await reaper.stop();
    if (!options.keepData) rmSync(options.dataDir, { recursive: true, force: true });
  }
}

function find(services: ReadonlyMap<ServiceName, ServiceProcess>, name: ServiceName): ServiceProcess {
  const service = services.get(name);
  if (!service) throw new Error(`the stack was started without ${name}`);
  return service;
}

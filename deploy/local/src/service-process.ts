import { pathToFileURL } from 'node:url';
import { UnavailableError } from '@tercet/kit';
import { ManagedProcess } from './process/managed-process.js';
import type { Reaper } from './process/reaper.js';
import { waitFor } from './process/wait-for.js';
import { REPOSITORY } from './repository.js';
import type { ServiceName } from './services.js';

/** What every service of one deployment shares. */
export interface Deployment {
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
  readonly prefix: string;
  /** Folder of the content store. */
  readonly contentDir: string;
  /** OTLP/HTTP endpoint for traces; none: no spans are sent. */
  readonly otlpEndpoint?: string | undefined;
}

export interface ServiceProcessOptions {
  readonly service: ServiceName;
  /** Distinguishes replicas in logs; default: the service's name. */
  readonly name?: string;
  readonly deployment: Deployment;
  readonly healthPort: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly reaper: Reaper;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly maxRestarts: number;
}

const STOP_TIMEOUT_MS = 15_000;
const LOG_LINES_IN_ERRORS = 12;
const PROBE_TIMEOUT_MS = 2000;

/** One service as a real process, as a pod would run it. */
export class ServiceProcess extends ManagedProcess {
  readonly healthUrl: string;

  constructor(options: ServiceProcessOptions) {
    super({
      name: options.name ?? options.service,
      command: process.execPath,
      args: [...v8Flags(options.service), '--import', '@tercet/kit/telemetry', 'dist/main.js'],
      // `--import` resolves package names from the working directory.
      cwd: `${REPOSITORY}/services/${options.service}`,
      env: serviceEnv(options),
      reaper: options.reaper,
      ...(options.onLine ? { onLine: options.onLine } : {}),
      maxRestarts: options.maxRestarts,
      stopTimeoutMs: STOP_TIMEOUT_MS,
    });
    this.healthUrl = `http://127.0.0.1:${options.healthPort}`;
  }

  /** Whether `/readyz` answers 200. */
  async isReady(): Promise<boolean> {
    const response = await fetch(`${this.healthUrl}/readyz`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    await response.arrayBuffer();
    return response.ok;
  }

  /**
   * Resolves when the service is ready.
   * @throws UnavailableError naming the service, what it waits for, and its last log lines.
   */
  async ready(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const gone = new AbortController();
    const check = async (): Promise<boolean> => {
      if (this.gone !== '') gone.abort();
      return this.isReady();
    };
    const either = signal ? AbortSignal.any([signal, gone.signal]) : gone.signal;
    const options = { timeoutMs, signal: either, explain: () => this.explain() };
    try {
      await waitFor(`${this.name} is ready`, check, options);
    } catch (error) {
      if (!gone.signal.aborted) throw error;
      const detail = `${this.name} ended with ${this.gone}\n${this.explain()}`;
      throw new UnavailableError('deadline', detail, { cause: error });
    }
  }

  /** Text of `/metrics`. */
  async metrics(): Promise<string> {
    const response = await fetch(`${this.healthUrl}/metrics`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    return response.text();
  }

  explain(): string {
    const lines = this.log.last(LOG_LINES_IN_ERRORS);
    return lines.length === 0 ? '(it wrote nothing)' : lines.map((line) => `  ${line}`).join('\n');
  }
}

/**
 * MiB of each half of the young generation. The join keeps a chunk and what is decided of it for some tens of
 * milliseconds, and the gateway the calls under way, which a small one would copy over and over; the others keep little,
 * and their memory counts.
 */
const YOUNG_GENERATION_MIB: Partial<Record<ServiceName, number>> = { fusion: 32, gateway: 16 };
/** Of V8's own; four of them, the default, mark the join's old generation on both of two cores while it waits for one. */
const V8_THREADS: Partial<Record<ServiceName, number>> = { fusion: 1 };
const v8Flags = (service: ServiceName): string[] => [
  `--max-semi-space-size=${YOUNG_GENERATION_MIB[service] ?? 4}`,
  ...(V8_THREADS[service] === undefined ? [] : [`--v8-pool-size=${V8_THREADS[service]}`]),
];

// glibc keeps what was freed in one arena per thread; these give it back (docs/configuration.md).
const ALLOCATOR = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
// The join asks for some hundred KiB for each fetch and each command, and would get every page anew.
const KEPT_BY_THE_JOIN = { MALLOC_MMAP_THRESHOLD_: '33554432', MALLOC_TRIM_THRESHOLD_: '67108864' };

function serviceEnv(options: ServiceProcessOptions): NodeJS.ProcessEnv {
  const { deployment, healthPort, env } = options;
  return {
    ...ALLOCATOR,
    ...(options.service === 'fusion' ? KEPT_BY_THE_JOIN : {}),
    ...process.env,
    TERCET_KAFKA_BROKERS: deployment.kafkaBrokers.join(','),
    TERCET_REDIS_URL: deployment.redisUrl,
    TERCET_TOPIC_PREFIX: deployment.prefix,
    TERCET_CONTENT_STORE: pathToFileURL(deployment.contentDir).href,
    TERCET_MODEL_CACHE: process.env['TERCET_MODEL_CACHE'] ?? `${REPOSITORY}/.cache/models`,
    TERCET_POLICIES_DIR: process.env['TERCET_POLICIES_DIR'] ?? `${REPOSITORY}/policies`,
    TERCET_HEADS_DIR: process.env['TERCET_HEADS_DIR'] ?? `${REPOSITORY}/models/heads`,
    TERCET_HEALTH_PORT: String(healthPort),
    OTEL_EXPORTER_OTLP_ENDPOINT: deployment.otlpEndpoint,
    ...env,
  };
}

import type { Readiness } from './health.js';
import type { Logger } from './logger.js';

/** What a service's `start` is given. */
export interface ServiceContext {
  readonly name: string;
  readonly logger: Logger;
  /** Aborted when the process should drain: SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
  /** The readiness that `/readyz` answers; a service names each condition and sets it true. */
  readonly readiness: Readiness;
}

/** A running service. `[Symbol.asyncDispose]` drains: finishes what it holds, commits, disconnects. */
export interface RunningService extends AsyncDisposable {
  /** Rejects with the fatal error, if one comes; resolves when disposed. */
  readonly finished: Promise<void>;
  /** A reason why the process should be restarted (a watchdog's word), for `/livez`. */
  stuck?(): string | undefined;
}

/** Starts one service from its frozen configuration. */
export type StartService<Config> = (config: Config, context: ServiceContext) => Promise<RunningService>;

import { z } from 'zod';
import { ConfigError, type Env, readEnv, settings } from './config.js';
import { asTercetError } from './errors.js';
import { Readiness } from './health.js';
import { type HealthServer, serveHealth } from './health-server.js';
import { createLogger, type Logger } from './logger.js';
import { redactConfig } from './redact-config.js';
import type { RunningService, StartService } from './service.js';
import { installedTelemetry } from './telemetry/telemetry.js';

/** Exit codes, after BSD's sysexits. */
const EXIT = { ok: 0, unavailable: 69, bug: 70, config: 78 } as const;

const processShape = {
  TERCET_HEALTH_HOST: settings.host,
  TERCET_HEALTH_PORT: settings.port(9464),
  TERCET_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  TERCET_DRAIN_TIMEOUT_MS: settings.milliseconds(20_000),
};

/**
 * The life of a service process: reads the configuration, serves health, starts the service, and on SIGTERM or SIGINT
 * drains within `TERCET_DRAIN_TIMEOUT_MS`. Sets the exit code: 0 drained, 69 a dependency was lost for good, 70 a bug
 * or a drain that took too long (69 where the drain waited for a lost dependency), 78 a wrong configuration. A second signal ends the process at once.
 */
export async function runService<Config extends object>(
  name: string,
  readConfig: (env: Env) => Config,
  start: StartService<Config>,
): Promise<void> {
  let life: z.infer<z.ZodObject<typeof processShape>>;
  let config: Config;
  try {
    life = readEnv(processShape, process.env);
    config = Object.freeze(readConfig(process.env));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name}: wrong configuration: ${error.message}\n`);
    process.exit(EXIT.config);
  }
  const logger = createLogger(name, life.TERCET_LOG_LEVEL);
  const readiness = new Readiness();
  const stop = stopOnSignal();
  let service: RunningService | undefined;
  let health: HealthServer | undefined;
  let code: number = EXIT.ok;
  try {
    health = await serveHealth({
      host: life.TERCET_HEALTH_HOST,
      port: life.TERCET_HEALTH_PORT,
      readiness,
      stuck: () => service?.stuck?.(),
    });
    logger.info('starting', { health_port: health.port, config: JSON.stringify(redactConfig(config)) });
    service = await start(config, { name, logger, signal: stop.signal, readiness });
    await Promise.race([service.finished, stop.requested]);
  } catch (error) {
    code = report(logger, error);
  }
  logger.info('draining');
  const late = setTimeout(() => {
    logger.error('drain timed out', { drain_timeout_ms: life.TERCET_DRAIN_TIMEOUT_MS });
    // What ended the service comes first: without its dependency a drain may well take too long.
    process.exit(code || EXIT.bug);
  }, life.TERCET_DRAIN_TIMEOUT_MS);
  try {
    await service?.[Symbol.asyncDispose]();
    await health?.[Symbol.asyncDispose]();
  } catch (error) {
    code ||= report(logger, error);
  }
  await installedTelemetry()
    ?.shutdown()
    .catch((error: unknown) => logger.warn('telemetry not flushed', { error: asTercetError(error) }));
  clearTimeout(late);
  logger.info('stopped', { exit_code: code });
  process.exit(code);
}

function report(logger: Logger, error: unknown): number {
  if (error instanceof ConfigError) {
    logger.error('wrong configuration', { error });
    return EXIT.config;
  }
  const known = asTercetError(error);
  logger.error('fatal', { error: known });
  return known.kind === 'Unavailable' ? EXIT.unavailable : EXIT.bug;
}

function stopOnSignal(): { signal: AbortSignal; requested: Promise<void> } {
  const controller = new AbortController();
  const requested = new Promise<void>((resolve) => {
    const onSignal = (name: NodeJS.Signals): void => {
      if (controller.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143);
      controller.abort();
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
  return { signal: controller.signal, requested };
}

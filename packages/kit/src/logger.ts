import { trace } from '@opentelemetry/api';
import { destination, pino } from 'pino';

/** Structured log, one JSON object a line, with the active trace's id. Fields never hold content or personal data. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

export type LogFields = Readonly<Record<string, string | number | boolean | bigint | undefined | Error>>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A logger on standard output. `service` and the process id stand on every line. */
export function createLogger(service: string, level: LogLevel = 'info'): Logger {
  return wrap(
    pino(
      {
        level,
        base: { service, pid: process.pid },
        messageKey: 'event',
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
        mixin: activeTrace,
      },
      // Synchronous, so that the last lines before a crash are there.
      destination({ fd: 1, sync: true }),
    ),
  );
}

/** A logger that writes nothing, for tests of what does not log. */
export function silentLogger(): Logger {
  return wrap(pino({ enabled: false }));
}

function activeTrace(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

type Pino = ReturnType<typeof pino>;

function wrap(log: Pino): Logger {
  const at =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}): void =>
      log[level](plain(fields), event);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(log.child(plain(fields))),
  };
}

/** JSON has no bigint, and an Error's own fields do not enumerate. */
function plain(fields: LogFields): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'bigint') out[name] = value.toString();
    else if (value instanceof Error) out[name] = describe(value);
    else out[name] = value;
  }
  return out;
}

function describe(error: Error): object {
  const { code, kind } = error as { code?: unknown; kind?: unknown };
  const cause = error.cause instanceof Error ? { cause: describe(error.cause) } : {};
  return { name: error.name, message: error.message, code, kind, stack: error.stack, ...cause };
}

import { asTercetError, type Logger } from '@tercet/kit';
import type { FastifyInstance } from 'fastify';
import { ZodError } from 'zod';

/** Codes of the dashboard's own refusals, with their HTTP status; the closed list. Those of access are in access/refuse.ts. */
export const API_CODES = {
  bad_request: 400,
  not_found: 404,
  already_claimed: 409,
  lease_lost: 409,
  break_due: 409,
  stale_revision: 409,
  not_open: 409,
  wrong_outcome: 409,
  not_applied_yet: 409,
  undo_expired: 409,
  already_undone: 409,
  not_yours: 403,
  forbidden: 403,
  content_withheld: 403,
  content_gone: 410,
  content_too_large: 413,
  model_changed: 409,
  nothing_to_explain: 409,
  overloaded: 503,
  unavailable: 503,
  internal: 500,
} as const;

export type ApiCode = keyof typeof API_CODES;

/** A refusal that the caller is told as it is; `detail` stands beside code and message. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  constructor(
    readonly code: ApiCode,
    message: string,
    readonly detail: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** Every error of /api and /content has the shape of api/session.ts. */
export function installErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error, _request, reply) => {
    const { code, message, detail } = described(error, logger);
    return reply
      .code(API_CODES[code])
      .header('cache-control', 'no-store')
      .send({ error: { code, message, ...detail } });
  });
}

interface Described {
  readonly code: ApiCode;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

function described(error: unknown, logger: Logger): Described {
  if (error instanceof ApiRefusal) return error;
  if (error instanceof ZodError) {
    const message = error.issues.map(({ path, message: why }) => `${path.join('.')}: ${why}`).join('; ');
    return { code: 'bad_request', message, detail: {} };
  }
  // Fastify's own: a body that is no JSON, too large, of a wrong media type.
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { code: 'bad_request', message: 'The request cannot be read.', detail: {} };
  const known = asTercetError(error);
  if (known.kind === 'Unavailable') {
    logger.warn('request failed', { code: known.code, error: known });
    return { code: 'unavailable', message: 'A part of the system does not answer. Try again.', detail: {} };
  }
  logger.error('request failed', { error: known });
  return { code: 'internal', message: 'This is a fault of the dashboard; it was logged.', detail: {} };
}

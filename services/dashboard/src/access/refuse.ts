import type { FastifyReply } from 'fastify';

/** Codes of refusals of access; the closed list. */
export const ACCESS_CODES = {
  not_logged_in: 401,
  login_failed: 401,
  forbidden: 403,
  bad_csrf_token: 403,
  foreign_origin: 403,
  bad_login: 400,
  login_unavailable: 503,
} as const;
export type AccessCode = keyof typeof ACCESS_CODES;

/** Answers with the error shape of api/session.ts, and the status of the code. */
export function refuse(reply: FastifyReply, code: AccessCode, message: string): FastifyReply {
  return reply
    .code(ACCESS_CODES[code])
    .header('cache-control', 'no-store')
    .send({ error: { code, message } });
}

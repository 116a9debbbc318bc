import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSessionId, newSessionId } from './session-id.js';

/** How the session's cookie travels. */
export interface SessionCookie {
  /** The value that came, if it has the form of one. */
  read(request: FastifyRequest): string | null;
  /** The value that came, or a new one, which names no session and still binds tokens to this browser. */
  ensure(request: FastifyRequest, reply: FastifyReply): string;
  write(reply: FastifyReply, id: string): void;
  clear(reply: FastifyReply): void;
  /** The sealed login that went to the provider from this browser; null where there is none. */
  readLogin(request: FastifyRequest): string | null;
  writeLogin(reply: FastifyReply, sealed: string): void;
  clearLogin(reply: FastifyReply): void;
}

/** How long somebody may take to log in at the provider. */
export const LOGIN_SECONDS = 600;

/**
 * `__Host-` binds the cookie to this host, https and path `/`. Browsers refuse that over http, so on loopback a plainly
 * other name is used. SameSite=Lax: the provider's redirect back brings it along, a foreign form's POST does not.
 */
export function sessionCookie(https: boolean): SessionCookie {
  const name = https ? '__Host-tercet' : 'tercet-development';
  const options = { path: '/', httpOnly: true, secure: https, sameSite: 'lax' } as const;
  const read = (request: FastifyRequest): string | null => {
    const value = request.cookies[name];
    return value !== undefined && isSessionId(value) ? value : null;
  };
  const write = (reply: FastifyReply, id: string): void => void reply.setCookie(name, id, options);
  return {
    read,
    ensure(request, reply) {
      const came = read(request);
      if (came !== null) return came;
      const id = newSessionId();
      write(reply, id);
      return id;
    },
    write,
    clear: (reply) => void reply.clearCookie(name, options),
    readLogin: (request) => request.cookies[`${name}-login`] ?? null,
    writeLogin: (reply, sealed) =>
      void reply.setCookie(`${name}-login`, sealed, { ...options, maxAge: LOGIN_SECONDS }),
    clearLogin: (reply) => void reply.clearCookie(`${name}-login`, options),
  };
}

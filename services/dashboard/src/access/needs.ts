import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Right } from './principal.js';
import { refuse } from './refuse.js';
import { may } from './rights.js';

/** A preHandler that lets those pass who have the right: 401 `not_logged_in`, 403 `forbidden`. */
export function needs(
  right: Right | ((request: FastifyRequest) => Right),
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined> {
  return async (request, reply) => {
    const { principal } = request;
    if (!principal) return refuse(reply, 'not_logged_in', 'Log in first.');
    const wanted = typeof right === 'function' ? right(request) : right;
    if (!may(principal, wanted)) return refuse(reply, 'forbidden', 'Your role does not include this.');
    return undefined;
  };
}

import { asTercetError, type ContentStore } from '@tercet/kit';
import type { FastifyInstance } from 'fastify';
import { MAX_CONTENT_RIGHT_MS, verifyContent } from '../access/content-token.js';
import { needs } from '../access/needs.js';
import { may } from '../access/rights.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database } from '../database/database.js';
import { ApiRefusal } from '../http/api-error.js';
import { RecentLooks } from '../http/recent-looks.js';
import { byteRange } from './byte-range.js';
import { isRestricted } from './is-restricted.js';
import { servedType } from './served-type.js';

/** `/content/TOKEN`: bytes of the content store for who holds a short right to them. The first read of each right is in the audit log. */
export function registerContentRoutes(
  app: FastifyInstance,
  { database, store, maxBytes }: { database: Database; store: ContentStore; maxBytes: number },
): void {
  const looks = new RecentLooks(MAX_CONTENT_RIGHT_MS);
  app.get<{ Params: { token: string } }>(
    '/content/:token',
    { preHandler: needs({ kind: 'view' }) },
    async (request, reply) => {
      const { session, principal } = request;
      const right = session && verifyContent(session.id, request.params.token, Date.now());
      if (!right || !principal) throw new ApiRefusal('content_gone', 'Load the page again.');
      const { itemKey, partId, sha256, mediaType } = right;
      // Asked again: an item may have become restricted since the page was made.
      const tenant = itemKey.slice(0, itemKey.indexOf('/'));
      const restricted = await isRestricted(database, itemKey);
      if (!may(principal, { kind: 'see_content', tenant, restricted }))
        throw new ApiRefusal('content_withheld', 'The content of this item is not shown.');
      const bytes = await read(store, sha256, maxBytes);
      // A player reads in pieces, whichever comes first.
      if (!looks.has(request.params.token)) {
        await database.transaction((sql) =>
          appendAudit(sql, {
            actor: principal.id,
            act: 'view_content',
            subject: itemKey,
            detail: { part: partId },
          }),
        );
        looks.note(request.params.token);
      }
      const range = byteRange(request.headers.range, bytes.length);
      reply.headers({
        'content-type': await servedType(bytes, mediaType),
        'content-security-policy': 'sandbox',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-disposition': 'inline',
        'accept-ranges': 'bytes',
      });
      if (range === undefined) return reply.send(Buffer.from(bytes));
      return reply
        .code(206)
        .header('content-range', `bytes ${range.start}-${range.end}/${bytes.length}`)
        .send(Buffer.from(bytes.subarray(range.start, range.end + 1)));
    },
  );
}

async function read(store: ContentStore, sha256: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await store.get(sha256, maxBytes);
  } catch (error) {
    const known = asTercetError(error);
    if (known.kind !== 'InvalidInput') throw known;
    throw known.code === 'too_large'
      ? new ApiRefusal('content_too_large', 'The content is larger than the dashboard shows.')
      : new ApiRefusal('content_gone', 'The content is no longer kept.');
  }
}

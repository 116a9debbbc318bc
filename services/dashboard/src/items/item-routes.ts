import { itemKey as keyOf } from '@tercet/contracts';
import type { ContentStore } from '@tercet/kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { needs } from '../access/needs.js';
import type { Principal } from '../access/principal.js';
import { may } from '../access/rights.js';
import type { ItemPage } from '../api/items.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database } from '../database/database.js';
import { ApiRefusal } from '../http/api-error.js';
import { heldGolden } from '../queues/golden-cases.js';
import { asServed, revisionServed } from './as-served.js';
import { isRestricted } from './is-restricted.js';
import { type ItemRows, readItem } from './item-rows.js';
import { decisionMessage, itemPage } from './item-view.js';
import { contentView } from './part-contents.js';
import { knownParts, partView } from './part-views.js';

const params = z.object({ tenant: z.string(), itemId: z.string() });
const query = z.object({
  version: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional(),
  revision: z.coerce.number().int().min(1).optional(),
});

export interface ItemDeps {
  readonly database: Database;
  readonly store: ContentStore;
  /** `{trace}` stands for the trace id; null: no link. */
  readonly traceUrl: string | null;
}

/** What a person may see of an item's tenant; for `needs`. */
export const viewsItem = (request: FastifyRequest) =>
  ({ kind: 'view', tenant: params.parse(request.params).tenant }) as const;

/** An item's page. Every view is in the audit log, in the transaction that answers. */
export function registerItemRoutes(app: FastifyInstance, deps: ItemDeps): void {
  app.get('/api/v1/items/:tenant/:itemId', { preHandler: needs(viewsItem) }, async (request) => {
    const { tenant, itemId } = params.parse(request.params);
    const asked = query.parse(request.query);
    const { principal, session } = request;
    if (!principal || !session) throw new ApiRefusal('forbidden', 'Log in first.');
    const itemKey = keyOf(tenant, itemId);
    const golden = await heldGolden(deps.database, itemKey, principal);
    const { version, revision } = golden ? revisionServed(golden, asked) : asked;
    const found = await readItem(deps.database, itemKey, version ?? null, revision ?? null);
    if (!found) throw new ApiRefusal('not_found', 'No decision of this item is known.');
    const rows = golden ? asServed(found, golden) : found;
    const page = await pageFor(rows, { itemKey, tenant, principal, sessionId: session.id }, deps);
    const { decision } = page;
    await deps.database.transaction((sql) =>
      appendAudit(sql, {
        actor: principal.id,
        act: 'view_item',
        subject: itemKey,
        detail: {
          version: String(decision.version),
          revision: String(decision.revision),
          restricted: String(decision.restricted),
        },
      }),
    );
    return page;
  });
}

interface Asker {
  readonly itemKey: string;
  readonly tenant: string;
  readonly principal: Principal;
  readonly sessionId: string;
}

async function pageFor(all: ItemRows, asker: Asker, deps: ItemDeps): Promise<ItemPage> {
  const { itemKey, tenant, principal, sessionId } = asker;
  // What is preserved past an erasure is for those who preserve.
  const rows = all.erased && !principal.childSafety ? withoutContent(all) : all;
  const restricted = rows.decision.restricted || (await isRestricted(deps.database, itemKey));
  const mayView = may(principal, { kind: 'see_content', tenant, restricted });
  const { erased } = rows;
  const nowMs = Date.now();
  const parts = await Promise.all(
    knownParts(rows, decisionMessage(rows)).map(async (part) =>
      partView(part, await contentView(part, { sessionId, itemKey, mayView, erased }, deps.store, nowMs)),
    ),
  );
  const traceId = rows.decision.trace_id;
  return itemPage(rows, {
    parts,
    openCase: openCaseFor(rows, principal),
    preservation: preservationFor(rows, principal),
    traceUrl: traceId && deps.traceUrl ? deps.traceUrl.replace('{trace}', traceId) : null,
    // A note may quote what it is about.
    showsNotes: !restricted || principal.childSafety,
  });
}

const withoutContent = (rows: ItemRows): ItemRows => ({
  ...rows,
  decision: { ...rows.decision, record: null },
  opening: undefined,
  parts: [],
  reviews: rows.reviews.map((review) => ({ ...review, categories: [] })),
});

function preservationFor({ preservation }: ItemRows, principal: Principal): ItemPage['preservation'] {
  if (!preservation) return null;
  const { id, queue, tenant, since_ms } = preservation;
  return may(principal, { kind: 'review', queue, tenant }) ? { caseId: id, sinceMs: since_ms } : null;
}

function openCaseFor({ openCases }: ItemRows, principal: Principal): ItemPage['openCase'] {
  const found = openCases.find(({ queue, tenant }) => may(principal, { kind: 'review', queue, tenant }));
  if (!found) return null;
  const { id, queue, claimed_by, expires_at_ms } = found;
  return { id, queue, claimedBy: expires_at_ms === null ? null : claimed_by, expiresAtMs: expires_at_ms };
}

import { itemKey as keyOf } from '@tercet/contracts';
import type { ContentStore } from '@tercet/kit';
import { normaliseText } from '@tercet/models/normalise';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { needs } from '../access/needs.js';
import { may } from '../access/rights.js';
import type { WordWeights } from '../api/items.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database } from '../database/database.js';
import { ApiRefusal } from '../http/api-error.js';
import { isRestricted } from '../items/is-restricted.js';
import { viewsItem } from '../items/item-routes.js';
import { readItem } from '../items/item-rows.js';
import { decisionMessage } from '../items/item-view.js';
import { knownParts } from '../items/part-views.js';
import { principalOf } from '../queues/queue-routes.js';
import { codePoints, occlusions, variants } from './occlusion.js';
import type { ScoringProcess } from './scoring-process.js';

const params = z.object({ tenant: z.string(), itemId: z.string() });
const body = z.strictObject({
  version: z.number().int().min(1),
  partId: z.string().max(128),
  category: z.string().max(128),
});
const MAX_TEXT_BYTES = 256 * 1024;

export interface ExplainDeps {
  readonly database: Database;
  readonly store: ContentStore;
  readonly scoring: ScoringProcess;
  readonly maxWords: number;
}

/** Which words of a text weighed, found by leaving each out of the stretch that scored highest. */
export function registerExplainRoutes(app: FastifyInstance, deps: ExplainDeps): void {
  app.post('/api/v1/items/:tenant/:itemId/explain', { preHandler: needs(viewsItem) }, async (request) => {
    const { tenant, itemId } = params.parse(request.params);
    const { version, partId, category } = body.parse(request.body);
    const principal = principalOf(request);
    const itemKey = keyOf(tenant, itemId);
    const rows = await readItem(deps.database, itemKey, String(version), null);
    if (!rows) throw new ApiRefusal('not_found', 'No decision of this item is known.');
    const restricted = rows.decision.restricted || (await isRestricted(deps.database, itemKey));
    if (!may(principal, { kind: 'see_content', tenant, restricted }))
      throw new ApiRefusal('content_withheld', 'The content of this item is not shown.');
    const message = decisionMessage(rows);
    const part = knownParts(rows, message).find((one) => one.partId === partId);
    const result = message?.categories.find((one) => one.category === category);
    const contribution = result?.contributions.find((one) => one.partId === partId);
    if (part?.modality !== 'text' || part.sha256 === '' || !contribution || !message?.headSet)
      throw new ApiRefusal(
        'nothing_to_explain',
        'This part had no share in this category, or its text is not kept.',
      );
    await deps.database.transaction((sql) =>
      appendAudit(sql, {
        actor: principal.id,
        act: 'explain',
        subject: itemKey,
        detail: { part: partId, category },
      }),
    );
    const text = normaliseText(await deps.store.get(part.sha256, MAX_TEXT_BYTES));
    const { span } = contribution;
    const stretch = span ? codePoints(text, Number(span.start), Number(span.end)) : text;
    return weigh(deps, {
      stretch,
      offset: span ? Number(span.start) : 0,
      language: part.language,
      category,
      partId,
      headSetDigest: message.headSet.digest,
      modelDigests: message.models.map(({ digest }) => digest),
    });
  });
}

interface Weighed {
  readonly stretch: string;
  /** Code points before it. */
  readonly offset: number;
  readonly language: string;
  readonly category: string;
  readonly partId: string;
  readonly headSetDigest: string;
  readonly modelDigests: readonly string[];
}

async function weigh({ scoring, maxWords }: ExplainDeps, given: Weighed): Promise<WordWeights> {
  const { stretch, offset, partId, ...asked } = given;
  const { language, category } = asked;
  const words = occlusions(stretch, language, maxWords, offset);
  const answer = await scoring.score({ ...asked, texts: variants(stretch, words) });
  if ('refused' in answer)
    throw new ApiRefusal('model_changed', 'The models or heads of this decision are no longer here.');
  if ('failed' in answer) throw new ApiRefusal('unavailable', 'The words cannot be weighed at the moment.');
  const [whole = 0, ...without] = answer.scores;
  return {
    category,
    partId,
    score: whole,
    approximate: true,
    words: words.map(({ start, end }, n) => ({ start, end, weight: whole - (without[n] ?? whole) })),
  };
}

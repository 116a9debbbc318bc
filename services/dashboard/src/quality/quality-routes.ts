import { ACTIONS, itemKey } from '@tercet/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { needs } from '../access/needs.js';
import { may } from '../access/rights.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database } from '../database/database.js';
import { tenantsOf } from '../feed/feed-routes.js';
import { ApiRefusal } from '../http/api-error.js';
import { addGolden } from '../queues/golden-cases.js';
import type { QueueList } from '../queues/queue-list.js';
import { principalOf } from '../queues/queue-routes.js';
import { readWellness, writeWellness } from '../queues/wellness.js';
import { readQuality } from './read-quality.js';

const daysQuery = z.object({ days: z.coerce.number().int().min(1).max(366).default(30) });
const minutes = z.number().int().min(0).max(1_440);
const wellnessBody = z.strictObject({
  maxCasesPerHour: z.number().int().min(0).max(10_000),
  breakAfterMinutes: minutes,
  breakMinutes: minutes,
  blur: z.boolean(),
  grey: z.boolean(),
  muted: z.boolean(),
});
const goldenBody = z.strictObject({
  queue: z.string(),
  tenant: z.string(),
  itemId: z.string(),
  version: z.number().int().min(1),
  revision: z.number().int().min(1),
  expectedAction: z.enum(ACTIONS),
});

/** Quality and golden cases for leads, limits and breaks for admins. */
export function registerQualityRoutes(
  app: FastifyInstance,
  { database, queues }: { database: Database; queues: QueueList },
): void {
  const leads = { preHandler: needs({ kind: 'see_quality' }) };

  app.get('/api/v1/quality', leads, (request) =>
    readQuality(database, daysQuery.parse(request.query).days, tenantsOf(request)),
  );

  app.post('/api/v1/golden', leads, async (request, reply) => {
    const { queue, tenant, itemId, version, revision, expectedAction } = goldenBody.parse(request.body);
    const principal = principalOf(request);
    // The restricted queue shows nothing to judge by, and an appeal is never unmarked.
    if (!queues.rules.some(({ name }) => name === queue))
      throw new ApiRefusal('not_found', 'There is no such queue.');
    if (!may(principal, { kind: 'review', tenant, queue }))
      throw new ApiRefusal('forbidden', 'This queue is not yours.');
    const key = itemKey(tenant, itemId);
    const id = await database.transaction(async (sql) => {
      const golden = { queue, itemKey: key, version: String(version), revision, expectedAction };
      const added = await addGolden(sql, golden, principal);
      await appendAudit(sql, {
        actor: principal.id,
        act: 'change_settings',
        subject: `golden/${added}`,
        detail: { item: key, expected: expectedAction },
      });
      return added;
    });
    return reply.code(201).send({ id });
  });

  app.get('/api/v1/settings/wellness', { preHandler: needs({ kind: 'view' }) }, () => readWellness(database));

  app.put(
    '/api/v1/settings/wellness',
    { preHandler: needs({ kind: 'change_settings' }) },
    async (request) => {
      const settings = wellnessBody.parse(request.body);
      const principal = principalOf(request);
      await database.transaction(async (sql) => {
        await writeWellness(sql, settings);
        await appendAudit(sql, {
          actor: principal.id,
          act: 'change_settings',
          subject: 'settings/wellness',
          detail: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
        });
      });
      return settings;
    },
  );
}

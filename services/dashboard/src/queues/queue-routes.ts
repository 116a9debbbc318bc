import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { needs } from '../access/needs.js';
import type { Principal } from '../access/principal.js';
import { may } from '../access/rights.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database } from '../database/database.js';
import { ApiRefusal } from '../http/api-error.js';
import { openEventStream } from '../http/event-stream.js';
import { RecentLooks } from '../http/recent-looks.js';
import { CASE_COLUMNS, type CaseRow, PRIORITY, readCase, toCaseSummary } from './case-rows.js';
import { type ClaimRules, claimCase, claimNext, releaseCase, renewLease } from './claim-case.js';
import { preserveItem } from './preserve-item.js';
import type { QueueChanges } from './queue-changes.js';
import { allQueues, type QueueList } from './queue-list.js';
import { readQueues } from './read-queues.js';
import type { ReviewOutbox } from './review-outbox.js';
import { requestSecondOpinion } from './second-opinion.js';
import { type ReviewRules, reviewBody, submitReview } from './submit-review.js';
import { undoReview } from './undo-review.js';
import { refuseWhereBreakIsDue } from './wellness.js';

const caseParams = z.object({ id: z.string().max(64) });
const queueParams = z.object({ queue: z.string().max(64) });
const listQuery = z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) });
const opinionBody = z.object({ note: z.string().max(2_000).default('') }).default({ note: '' });
const preserveBody = z.strictObject({ preserved: z.boolean() });

/** A page asks for its list again whenever the queue changes; that is one look. */
const LOOK_MS = 600_000;

export interface QueueDeps {
  readonly database: Database;
  readonly queues: QueueList;
  readonly outbox: ReviewOutbox;
  readonly changes: QueueChanges;
  readonly rules: ClaimRules & ReviewRules;
  readonly maxStreamMs: number;
}

const worksInQueue = needs((request) => ({
  kind: 'work_queue',
  queue: queueParams.parse(request.params).queue,
}));
const VIEW = { preHandler: needs({ kind: 'view' }) };

/** Who asks; `needs` has seen to it that there is somebody. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new ApiRefusal('forbidden', 'Log in first.');
  return request.principal;
}

/** Queues, claims, reviews. What is asked of a case is refused unless its queue and tenant are the asker's. */
export function registerQueueRoutes(app: FastifyInstance, deps: QueueDeps): void {
  const { database, queues, outbox, changes, rules } = deps;
  const looks = new RecentLooks(LOOK_MS);

  app.get('/api/v1/queues', VIEW, async (request) => {
    const principal = principalOf(request);
    const mine = allQueues(queues).filter(({ name }) => may(principal, { kind: 'work_queue', queue: name }));
    return { queues: await readQueues(database, mine, principal) };
  });

  app.get('/api/v1/queues/stream', VIEW, (request, reply) => {
    const principal = principalOf(request);
    const stream = openEventStream(reply);
    const timer = setTimeout(() => stream.close(), deps.maxStreamMs);
    stream.onClose(() => clearTimeout(timer));
    changes.add(stream, (queue) => may(principal, { kind: 'work_queue', queue }));
  });

  app.get('/api/v1/queues/:queue/cases', { preHandler: worksInQueue }, async (request) => {
    const { queue } = queueParams.parse(request.params);
    const principal = principalOf(request);
    const rows = await listCases(database, queue, principal, listQuery.parse(request.query).limit);
    const look = `${principal.id} ${queue}`;
    if (!looks.has(look)) {
      await database.transaction((sql) =>
        appendAudit(sql, { actor: principal.id, act: 'view_queue', subject: `queue/${queue}`, detail: {} }),
      );
      looks.note(look);
    }
    return { cases: rows.map(toCaseSummary) };
  });

  app.post('/api/v1/queues/:queue/claim', { preHandler: worksInQueue }, async (request, reply) => {
    const { queue } = queueParams.parse(request.params);
    const principal = principalOf(request);
    await refuseWhereBreakIsDue(database, principal);
    const taken = await database.transaction(async (sql) => {
      const row = await claimNext(sql, queue, principal, rules);
      if (row) await appendAudit(sql, claimed(principal, row));
      return row;
    });
    if (!taken) return reply.code(204).send();
    return { case: toCaseSummary(taken) };
  });

  app.get('/api/v1/cases/:id', VIEW, async (request) => ({ case: toCaseSummary(await mine(deps, request)) }));

  app.post('/api/v1/cases/:id/claim', VIEW, async (request) => {
    const { id } = await mine(deps, request);
    const principal = principalOf(request);
    await refuseWhereBreakIsDue(database, principal);
    const row = await database.transaction(async (sql) => {
      const taken = await claimCase(sql, id, principal, rules);
      await appendAudit(sql, claimed(principal, taken));
      return taken;
    });
    return { case: toCaseSummary(row) };
  });

  app.post('/api/v1/cases/:id/renew', VIEW, async (request) => {
    const { id } = await mine(deps, request);
    return { case: toCaseSummary(await renewLease(database, id, principalOf(request), rules)) };
  });

  app.post('/api/v1/cases/:id/release', VIEW, async (request, reply) => {
    const { id, item_key } = await mine(deps, request);
    const principal = principalOf(request);
    await database.transaction(async (sql) => {
      await releaseCase(sql, id, principal);
      await appendAudit(sql, {
        actor: principal.id,
        act: 'release',
        subject: item_key,
        detail: { case: id },
      });
    });
    return reply.code(204).send();
  });

  app.post('/api/v1/cases/:id/preserve', VIEW, async (request) => {
    const asked = await mine(deps, request);
    const { preserved } = preserveBody.parse(request.body);
    const row = await database.transaction(async (sql) => {
      await preserveItem(sql, asked, preserved, principalOf(request));
      return readCase(sql, asked.id);
    });
    return { case: row && toCaseSummary(row) };
  });

  app.post('/api/v1/cases/:id/second-opinion', VIEW, async (request, reply) => {
    const { id } = await mine(deps, request);
    const asked = await requestSecondOpinion(
      database,
      id,
      principalOf(request),
      opinionBody.parse(request.body ?? {}).note,
    );
    return reply.code(201).send({ case: toCaseSummary(asked) });
  });

  app.post('/api/v1/cases/:id/review', VIEW, async (request) => {
    const { id } = await mine(deps, request);
    const { outcome, ...body } = reviewBody.parse(request.body);
    const word = outcome === undefined ? body : { ...body, outcome };
    const answer = await submitReview(database, id, principalOf(request), word, rules);
    outbox.sendNow(answer.reviewId);
    return answer;
  });

  app.post('/api/v1/reviews/:id/undo', VIEW, async (request) => {
    const { id } = caseParams.parse(request.params);
    const answer = await undoReview(database, id, principalOf(request), rules);
    outbox.sendNow(answer.reviewId);
    return answer;
  });
}

/** The case that is asked about, where it is the asker's to work on. */
async function mine({ database }: QueueDeps, request: FastifyRequest): Promise<CaseRow> {
  const { id } = caseParams.parse(request.params);
  const row = await readCase(database, id);
  if (!row) throw new ApiRefusal('not_found', 'There is no such case.');
  if (!may(principalOf(request), { kind: 'review', tenant: row.tenant, queue: row.queue }))
    throw new ApiRefusal('forbidden', 'This queue is not yours.');
  return row;
}

async function listCases(
  database: Database,
  queue: string,
  { id, tenants }: Principal,
  limit: number,
): Promise<readonly CaseRow[]> {
  return database.query<CaseRow>(
    `SELECT ${CASE_COLUMNS} FROM cases c
     WHERE c.queue = $1 AND c.state = 'open'
       AND (c.kind <> 'golden' OR (c.claimed_by = $4 AND c.lease_expires_at > now()))
       AND ($2::text[] IS NULL OR c.tenant = ANY($2::text[]))
     ORDER BY ${PRIORITY} DESC, c.id LIMIT $3`,
    [queue, tenants === 'all' ? null : [...tenants], limit, id],
  );
}

const claimed = (principal: Principal, row: CaseRow) =>
  ({
    actor: principal.id,
    act: 'claim',
    subject: row.item_key,
    detail: { case: row.id, queue: row.queue },
  }) as const;

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { needs } from '../access/needs.js';
import type { DecisionSummary } from '../api/decisions.js';
import type { Database } from '../database/database.js';
import { openEventStream } from '../http/event-stream.js';
import type { FeedFanOut } from './feed-fan-out.js';
import { filterShape, type Tenants } from './feed-filter.js';
import type { FeedFollower } from './follow-feed.js';
import { readRates } from './rates.js';
import { readAfter, readFacets, readPage } from './read-feed.js';

const pageQuery = z.object({
  ...filterShape,
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const streamQuery = z.object({ ...filterShape, after: z.coerce.number().int().nonnegative().optional() });
const ratesQuery = z.object({ minutes: z.coerce.number().int().min(1).max(1_440).default(60) });

/** Rows that a reconnecting client may have missed; of more it is told that it is behind. */
const MAX_RESUMED_ROWS = 5_000;

export interface FeedDeps {
  readonly database: Database;
  readonly follower: FeedFollower;
  readonly fanOut: FeedFanOut;
  /** A stream ends after so long, so that the client's next one shows its session again. */
  readonly maxStreamMs: number;
}

const VIEW = { preHandler: needs({ kind: 'view' }) };

/** The feed, its stream, and what goes beside it. */
export function registerFeedRoutes(app: FastifyInstance, deps: FeedDeps): void {
  const { database } = deps;

  app.get('/api/v1/decisions', VIEW, async (request) => {
    const { before, limit, ...filter } = pageQuery.parse(request.query);
    const decisions = await readPage(database, filter, tenantsOf(request), before ?? null, limit);
    return { decisions, next: decisions.length < limit ? null : (decisions.at(-1)?.seq ?? null) };
  });

  app.get('/api/v1/decisions/stream', VIEW, async (request, reply) => {
    const { after, ...filter } = streamQuery.parse(request.query);
    const from = lastSeen(request) ?? after ?? deps.follower.last;
    const older = await olderRows(deps, from);
    const stream = openEventStream(reply);
    const timer = setTimeout(() => stream.close(), deps.maxStreamMs);
    stream.onClose(() => clearTimeout(timer));
    // From here on without an await, so that nothing is published between what is read and what is followed.
    const { last } = deps.follower;
    if (older.length > MAX_RESUMED_ROWS) {
      stream.send('behind', { skipped: older.length }, last);
      deps.fanOut.add(stream, filter, tenantsOf(request), [], last);
      return;
    }
    const read = older.at(-1)?.seq ?? from;
    const newer = deps.follower.recent().filter((row) => row.seq > read);
    deps.fanOut.add(stream, filter, tenantsOf(request), [...older, ...newer], last);
  });

  app.get('/api/v1/facets', VIEW, (request) => readFacets(database, tenantsOf(request)));

  app.get('/api/v1/rates', VIEW, (request) =>
    readRates(database, ratesQuery.parse(request.query).minutes, Date.now(), tenantsOf(request)),
  );
}

export function tenantsOf(request: FastifyRequest): Tenants {
  return request.principal?.tenants ?? [];
}

/** What EventSource sends when it connects again. */
function lastSeen(request: FastifyRequest): number | undefined {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/** What a client missed since `after` and this process no longer remembers; one more than may be sent means: too much. */
async function olderRows({ database, follower }: FeedDeps, after: number): Promise<DecisionSummary[]> {
  const [oldest] = follower.recent();
  const isRemembered = after >= follower.last || (oldest !== undefined && oldest.seq <= after + 1);
  return isRemembered ? [] : readAfter(database, after, MAX_RESUMED_ROWS + 1);
}

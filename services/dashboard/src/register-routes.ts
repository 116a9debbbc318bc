import type { BusAdmin } from '@tercet/bus';
import type { ContentStore, Logger } from '@tercet/kit';
import type { FastifyInstance } from 'fastify';
import type { DashboardConfig } from './config.js';
import type { Database } from './database/database.js';
import { registerExplainRoutes } from './explain/explain-routes.js';
import type { ScoringProcess } from './explain/scoring-process.js';
import type { FeedFanOut } from './feed/feed-fan-out.js';
import { registerFeedRoutes } from './feed/feed-routes.js';
import type { FeedFollower } from './feed/follow-feed.js';
import { registerWebFiles } from './http/web-files.js';
import { registerContentRoutes } from './items/content-routes.js';
import { registerItemRoutes } from './items/item-routes.js';
import { registerPipelineRoutes } from './pipeline/pipeline-routes.js';
import { watchedGroups } from './pipeline/read-health.js';
import { registerQualityRoutes } from './quality/quality-routes.js';
import type { QueueChanges } from './queues/queue-changes.js';
import type { QueueList } from './queues/queue-list.js';
import { registerQueueRoutes } from './queues/queue-routes.js';
import type { ReviewOutbox } from './queues/review-outbox.js';
import { registerStatements } from './statements/statement-routes.js';

/** What the routes are served from. */
export interface Parts {
  readonly database: Database;
  readonly logger: Logger;
  readonly store: ContentStore;
  readonly admin: Pick<BusAdmin, 'lag'>;
  readonly queues: QueueList;
  readonly follower: FeedFollower;
  readonly fanOut: FeedFanOut;
  readonly changes: QueueChanges;
  readonly outbox: ReviewOutbox;
  readonly scoring: ScoringProcess;
}

/** Everything that is served behind access, and the pages. */
export async function registerRoutes(
  app: FastifyInstance,
  config: DashboardConfig,
  parts: Parts,
): Promise<void> {
  const { database, logger, store, admin, queues, follower, fanOut, changes, outbox, scoring } = parts;
  const { maxStreamMs, rules } = config;
  registerFeedRoutes(app, { database, follower, fanOut, maxStreamMs });
  registerItemRoutes(app, { database, store, traceUrl: config.traceUrl });
  registerExplainRoutes(app, { database, store, scoring, maxWords: config.maxExplainedWords });
  registerContentRoutes(app, { database, store, maxBytes: config.maxContentBytes });
  registerQueueRoutes(app, { database, queues, outbox, changes, rules, maxStreamMs });
  registerStatements(app, { database, settings: config.statements });
  registerQualityRoutes(app, { database, queues });
  registerPipelineRoutes(app, { database, admin, groups: watchedGroups(config.derivers), logger });
  await registerWebFiles(app);
}

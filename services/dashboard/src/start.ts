import { readFile } from 'node:fs/promises';
import { createBus } from '@tercet/bus';
import { ConfigError, createContentStore, type RunningService, type ServiceContext } from '@tercet/kit';
import { registerAccess } from './access/register-access.js';
import { startAnchoring } from './audit/start-anchoring.js';
import type { DashboardConfig } from './config.js';
import { openDatabase } from './database/open-database.js';
import { registerExplainRoutes } from './explain/explain-routes.js';
import { ScoringProcess } from './explain/scoring-process.js';
import { FeedFanOut } from './feed/feed-fan-out.js';
import { registerFeedRoutes } from './feed/feed-routes.js';
import { followFeed } from './feed/follow-feed.js';
import { createApp, listen } from './http/serve-app.js';
import { registerWebFiles } from './http/web-files.js';
import { createIngestEvents } from './ingest/ingest-events.js';
import { KnownFacets } from './ingest/known-facets.js';
import { startIngest } from './ingest/start-ingest.js';
import { registerContentRoutes } from './items/content-routes.js';
import { registerItemRoutes } from './items/item-routes.js';
import { Owned } from './owned.js';
import { registerPipelineRoutes } from './pipeline/pipeline-routes.js';
import { watchedGroups } from './pipeline/read-health.js';
import { registerQualityRoutes } from './quality/quality-routes.js';
import { QueueChanges } from './queues/queue-changes.js';
import { parseQueues, type QueueList, queueList } from './queues/queue-list.js';
import { registerQueueRoutes } from './queues/queue-routes.js';
import { ReviewOutbox } from './queues/review-outbox.js';
import { registerStatements } from './statements/statement-routes.js';

const HEARTBEAT_MS = 10_000;

/** Wires the dashboard: database, ingest, feed, outbox, and the HTTP server. */
export async function start(config: DashboardConfig, service: ServiceContext): Promise<RunningService> {
  const { logger, readiness } = service;
  readiness.require('database');
  readiness.require('listening');
  const owned = new Owned();
  try {
    const queues = await readQueueList(config.queuesFile);
    const database = owned.use(await openDatabase(config.database, logger));
    readiness.set('database', true);
    owned.use(await startAnchoring(database, config.audit, logger));
    const bus = owned.use(createBus(config.bus, logger));
    const store = createContentStore(config.contentStore);
    const fanOut = new FeedFanOut();
    owned.defer(() => fanOut.closeAll());
    const follower = owned.use(await followFeed(database, logger, (rows) => fanOut.publish(rows)));
    const changes = owned.use(await QueueChanges.open(database));
    const outbox = owned.use(new ReviewOutbox(bus, database, logger));
    const admin = await bus.admin();
    const { maxStreamMs, rules } = config;

    const app = createApp(logger);
    await registerAccess(app, { database, config: config.access, logger });
    registerFeedRoutes(app, { database, follower, fanOut, maxStreamMs });
    registerItemRoutes(app, { database, store, traceUrl: config.traceUrl });
    const scoring = owned.use(new ScoringProcess(config.headsDir, logger));
    registerExplainRoutes(app, { database, store, scoring, maxWords: config.maxExplainedWords });
    registerContentRoutes(app, { database, store, maxBytes: config.maxContentBytes });
    registerQueueRoutes(app, { database, queues, outbox, changes, rules, maxStreamMs });
    registerStatements(app, { database, settings: config.statements });
    registerQualityRoutes(app, { database, queues });
    registerPipelineRoutes(app, { database, admin, groups: watchedGroups(config.derivers), logger });
    await registerWebFiles(app);

    const ingest = await startIngest({
      bus,
      database,
      queues,
      facets: new KnownFacets(),
      openAfterReports: config.openAfterReports,
      logger,
      events: createIngestEvents(logger),
      sessionTimeoutMs: config.sessionTimeoutMs,
    });
    owned.use(ingest);
    const port = await listen(app, config.host, config.port);
    logger.info('listening', { host: config.host, port });
    readiness.set('listening', true);
    const beating = setInterval(() => {
      fanOut.beat();
      changes.beat();
    }, HEARTBEAT_MS);
    owned.defer(async () => {
      readiness.set('listening', false);
      clearInterval(beating);
      fanOut.closeAll();
      await changes[Symbol.asyncDispose]();
      await app.close();
    });
    return {
      finished: Promise.race([ingest.finished, follower.finished]),
      [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
    };
  } catch (error) {
    await owned[Symbol.asyncDispose]();
    throw error;
  }
}

async function readQueueList(file: string | undefined): Promise<QueueList> {
  if (file === undefined) return queueList();
  let json: string;
  try {
    json = await readFile(file, 'utf8');
  } catch {
    throw new ConfigError('TERCET_DASHBOARD_QUEUES: the file cannot be read');
  }
  return parseQueues(json);
}

import { readFile } from 'node:fs/promises';
import { createBus, silenceOf } from '@tercet/bus';
import { ConfigError, createContentStore, type RunningService, type ServiceContext } from '@tercet/kit';
import { registerAccess } from './access/register-access.js';
import { startAnchoring } from './audit/start-anchoring.js';
import type { DashboardConfig } from './config.js';
import { keepForgetting } from './database/forget-old.js';
import { openDatabase } from './database/open-database.js';
import { ScoringProcess } from './explain/scoring-process.js';
import { FeedFanOut } from './feed/feed-fan-out.js';
import { followFeed } from './feed/follow-feed.js';
import { createApp, listen } from './http/serve-app.js';
import { createIngestEvents } from './ingest/ingest-events.js';
import { KnownFacets } from './ingest/known-facets.js';
import { startIngest } from './ingest/start-ingest.js';
import { Owned } from './owned.js';
import { QueueChanges } from './queues/queue-changes.js';
import { parseQueues, type QueueList, queueList } from './queues/queue-list.js';
import { ReviewOutbox } from './queues/review-outbox.js';
import { registerRoutes } from './register-routes.js';

const HEARTBEAT_MS = 10_000;

/** Wires the dashboard: database, ingest, feed, outbox, and the HTTP server. */
export async function start(config: DashboardConfig, service: ServiceContext): Promise<RunningService> {
  const { logger, readiness } = service;
  readiness.require('database');
  readiness.require('listening');
  const owned = new Owned();
  try {
    const queues = await readQueueList(config.queuesFile);
    // The local login serves one machine on loopback, where nobody rolls out and nobody runs jobs.
    const migrating = config.access.oidc ? 'job' : 'self';
    const database = owned.use(await openDatabase(config.database, logger, migrating));
    readiness.set('database', true);
    owned.use(await startAnchoring(database, config.audit, logger));
    owned.use(keepForgetting(database, config.keepDays, logger));
    const bus = owned.use(createBus(config.bus, logger));
    const fanOut = new FeedFanOut();
    const follower = owned.use(await followFeed(database, logger, (rows) => fanOut.publish(rows)));
    const changes = owned.use(await QueueChanges.open(database));
    const outbox = owned.use(new ReviewOutbox(bus, database, logger));
    const scoring = owned.use(new ScoringProcess(config.scoring, logger));
    const app = createApp(logger);
    await registerAccess(app, { database, config: config.access, logger });
    await registerRoutes(app, config, {
      database,
      logger,
      queues,
      follower,
      fanOut,
      changes,
      outbox,
      scoring,
      admin: await bus.admin(),
      store: createContentStore(config.contentStore),
    });
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
      changes.closeAll();
      await app.close();
    });
    return {
      finished: Promise.race([ingest.finished, follower.finished]),
      stuck: () => silenceOf(ingest.vitals(), config.bus.watchdogMs),
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

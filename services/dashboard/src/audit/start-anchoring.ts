import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asTercetError, type Logger } from '@tercet/kit';
import type { Sql } from '../database/database.js';
import { type Anchor, anchorText } from './anchor.js';
import type { AuditConfig } from './config.js';

/**
 * Writes the log's head to the anchors' file at intervals, and when disposed, wherever the log has grown. The head goes to
 * the process's own log too, which most deployments keep elsewhere. Several processes may write to one file. An anchor
 * that fails is tried again at the next interval, and told as an error.
 */
export async function startAnchoring(
  database: Sql,
  config: AuditConfig,
  logger: Logger,
): Promise<AsyncDisposable> {
  await mkdir(dirname(config.anchorsFile), { recursive: true });
  // Fails at the start rather than at the first anchor where the file cannot be written.
  await (await open(config.anchorsFile, 'a')).close();
  let anchored = 0;
  let running: Promise<void> = Promise.resolve();
  const anchor = async (): Promise<void> => {
    try {
      const [head] = await database.query<{ n: number; hash: string }>(
        'SELECT n, hash FROM audit_log ORDER BY n DESC LIMIT 1',
      );
      if (!head || head.n === anchored) return;
      await appendAnchor(config, { ...head, atMs: Date.now() });
      anchored = head.n;
      logger.info('audit log anchored', { lines: head.n, head_hash: head.hash });
    } catch (error) {
      logger.error('audit log not anchored', { error: asTercetError(error) });
    }
  };
  const next = (): Promise<void> => {
    running = running.then(anchor);
    return running;
  };
  await next();
  const timer = setInterval(next, config.anchorSeconds * 1000);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await next();
    },
  };
}

/** One write in append mode, and synced: a line is there whole, or not at all. */
async function appendAnchor(config: AuditConfig, anchor: Anchor): Promise<void> {
  const file = await open(config.anchorsFile, 'a');
  try {
    await file.appendFile(anchorText(anchor, config.anchorKey));
    await file.sync();
  } finally {
    await file.close();
  }
}

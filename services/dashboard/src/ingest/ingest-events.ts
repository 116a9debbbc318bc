import { getMeter, type Logger } from '@tercet/kit';
import type { ReadChunk } from './write-batch.js';

/** What the ingest tells metrics and the log. */
export function createIngestEvents(logger: Logger) {
  const meter = getMeter('dashboard');
  const records = meter.createCounter('tercet.dashboard.records', {
    description: 'Records taken in, by topic and outcome',
  });
  const duration = meter.createHistogram('tercet.dashboard.batch.duration', {
    unit: 's',
    description: 'One transaction of the ingest',
  });
  return {
    written(chunks: readonly ReadChunk[], seconds: number): void {
      for (const { topic, changes } of chunks) records.add(changes.length, { topic, outcome: 'written' });
      duration.record(seconds);
    },
    unreadable(topic: string, error: Error): void {
      records.add(1, { topic, outcome: 'unreadable' });
      logger.warn('record passed over', { topic, error });
    },
  };
}

export type IngestEvents = ReturnType<typeof createIngestEvents>;

import { findModality, type InvalidCode, type RawPart } from '@tercet/contracts';
import { getMeter, type Logger } from '@tercet/kit';

/** Intake's business events: one counter and, where a person may want to look, one line of log each. */
export function createEvents(logger: Logger) {
  const meter = getMeter('intake');
  const records = meter.createCounter('tercet.intake.records', {
    description: 'Records read, by what became of them',
  });
  const parts = meter.createCounter('tercet.intake.parts', {
    description: 'Parts handed to encoders',
  });
  const refused = meter.createCounter('tercet.intake.parts.refused', {
    description: 'Parts opened as failed, by code',
  });
  const letters = meter.createCounter('tercet.intake.dead_letters', {
    description: 'Records from which nothing could be opened, by code',
  });
  const chunk = meter.createHistogram('tercet.intake.chunk.duration', {
    unit: 's',
    description: 'From the receipt of a chunk to its commit',
  });
  const size = meter.createHistogram('tercet.intake.chunk.size', { description: 'Records a chunk' });
  const lag = meter.createGauge('tercet.intake.lag', {
    description: 'Records behind the end of a partition',
  });

  return {
    itemOpened(rawParts: readonly RawPart[]): void {
      records.add(1, { outcome: 'opened' });
      for (const { modality } of rawParts) parts.add(1, { modality });
    },
    partRefused(modality: string, code: string): void {
      refused.add(1, { modality: findModality(modality)?.name ?? 'other', code });
    },
    itemErased(): void {
      records.add(1, { outcome: 'erased' });
    },
    reviewForwarded(): void {
      records.add(1, { outcome: 'reviewed' });
    },
    deadLettered(topic: string, partition: number, offset: bigint, code: InvalidCode): void {
      records.add(1, { outcome: 'dead_letter' });
      letters.add(1, { code });
      logger.warn('dead letter', { topic, partition, offset, code });
    },
    chunkDone(topic: string, partition: number, count: number, seconds: number, behind: bigint): void {
      chunk.record(seconds, { topic });
      size.record(count, { topic });
      lag.record(Number(behind), { topic, partition });
    },
    chunkFailed(topic: string, partition: number, error: Error): void {
      logger.warn('chunk failed', { topic, partition, error });
    },
  };
}

export type IntakeEvents = ReturnType<typeof createEvents>;

import type { InvalidCode } from '@tercet/contracts';
import { getMeter, type Logger, type TercetError } from '@tercet/kit';
import type { BatchSize, InferenceReady } from './inference/messages.js';

export type Stage = 'fetch' | 'prepare' | 'wait' | 'run' | 'publish';

/** An encoder's business events: one counter and, where a person may want to look, one line of log each. */
export function createEvents(modality: string, logger: Logger) {
  const meter = getMeter('encoder');
  const own = { modality };
  const parts = meter.createCounter('tercet.encoder.parts', {
    description: 'Parts published, by what became of them and by code',
  });
  const given = meter.createCounter('tercet.encoder.parts.given_up', {
    description: 'Parts left to another owner or to the next start, nothing published',
  });
  const stages = meter.createHistogram('tercet.encoder.stage.duration', {
    unit: 's',
    description: 'Of a part, by stage; run is what its batch had run until the part was answered',
  });
  const size = meter.createHistogram('tercet.encoder.batch.size', { description: 'Parts of a batch' });
  const cost = meter.createHistogram('tercet.encoder.batch.cost', {
    description: "Cost of a batch, in the modality's unit",
  });
  const restarts = meter.createCounter('tercet.encoder.child.restarts', {
    description: 'Inference processes that ended and were replaced, by cause',
  });
  const childMemory = meter.createGauge('tercet.encoder.child.memory', {
    unit: 'By',
    description: 'Resident set size of the inference process',
  });
  const waiting = meter.createGauge('tercet.encoder.queue.depth', {
    description: 'Parts waiting, by queue: read and not begun, under way, or in the inference process',
  });
  const lag = meter.createGauge('tercet.encoder.lag', {
    description: 'Records behind the end of a partition',
  });
  const retries = meter.createCounter('tercet.encoder.retries', {
    description: 'Attempts that a dependency failed, by code',
  });

  return {
    published(outcome: 'embedded' | 'derived' | 'empty' | 'failed', code = ''): void {
      parts.add(1, { ...own, outcome, code });
    },
    notWanted(): void {
      parts.add(1, { ...own, outcome: 'not_wanted', code: '' });
    },
    deadLettered(topic: string, partition: number, offset: bigint, code: InvalidCode): void {
      parts.add(1, { ...own, outcome: 'dead_letter', code });
      logger.warn('dead letter', { topic, partition, offset, code });
    },
    begunAgain(partition: number, offset: bigint, starts: number): void {
      logger.warn('begun where it was begun before', { partition, offset, starts });
    },
    givenUp(count: number): void {
      given.add(count, own);
    },
    stage(stage: Stage, milliseconds: number): void {
      stages.record(milliseconds / 1000, { ...own, stage });
    },
    batchRan(batch: BatchSize): void {
      size.record(batch.parts, own);
      cost.record(batch.cost, own);
    },
    queued(queue: 'backlog' | 'in_flight' | 'inference', count: number): void {
      waiting.record(count, { ...own, queue });
    },
    behind(partition: number, records: bigint): void {
      lag.record(Number(records), { ...own, partition });
    },
    retried(what: Stage | 'commit' | 'heartbeat', error: TercetError): void {
      const code = error.kind === 'Bug' ? 'bug' : error.code;
      retries.add(1, { ...own, stage: what, code });
      logger.warn('retrying', { stage: what, code, error });
    },
    modelReady({ encoderDigest, models, absent, loadMs, warmUpMs }: InferenceReady): void {
      const names = models.map(({ name, version }) => `${name}@${version}`).join(' ');
      logger.info('model ready', {
        encoder_digest: encoderDigest,
        models: names,
        load_ms: loadMs,
        warm_up_ms: warmUpMs,
      });
      for (const { name, covers } of absent)
        logger.warn('optional model is not installed', {
          model: name,
          not_covered: covers,
          remedy: `tercet models add ${name} --file PATH`,
        });
    },
    childDied(cause: 'crashed' | 'hung', open: number): void {
      restarts.add(1, { ...own, cause });
      logger.warn('inference process ended', { cause, open_parts: open });
    },
    childBeat(rssBytes: number): void {
      childMemory.record(rssBytes, own);
    },
    modalityBroke(detail: string): void {
      logger.error('modality broke', { detail });
    },
  };
}

export type EncoderEvents = ReturnType<typeof createEvents>;

import type { Decision } from '@tercet/contracts';
import { DecisionCause, DecisionStatus } from '@tercet/contracts';
import type { PutOutcome } from '@tercet/join-state';
import { getMeter, type Logger, type TercetError } from '@tercet/kit';

type Step = 'put' | 'ahead' | 'take' | 'decide' | 'transaction' | 'mark';

/** What is told of a decision once it is committed. */
export type CountedDecision = Pick<
  Decision,
  'itemKey' | 'version' | 'revision' | 'action' | 'cause' | 'status'
>;

export interface CommittedDecision {
  readonly counted: CountedDecision;
  /** Append time of the last record that it reflects. */
  readonly lastPartAtMs: number;
}

const word = (table: Record<number, string | undefined>, value: number): string =>
  (table[value] ?? 'unknown').toLowerCase();

/** Fusion's business events: one counter or gauge and, where a person may want to look, one line of log each. */
export function createEvents(logger: Logger) {
  const meter = getMeter('fusion');
  const decisions = meter.createCounter('tercet.fusion.decisions', {
    description: 'Decisions committed, by action, cause and status',
  });
  const records = meter.createCounter('tercet.fusion.records', {
    description: 'Records of embeddings, by what the join made of them',
  });
  const unreadable = meter.createCounter('tercet.fusion.records.unreadable', {
    description: 'Records of embeddings that cannot be applied, by reason',
  });
  const steps = meter.createHistogram('tercet.fusion.step.duration', {
    unit: 's',
    description: 'Duration of one put, look ahead, take, decide, transaction or mark',
  });
  const batch = meter.createHistogram('tercet.fusion.transaction.size', {
    description: 'Decisions a transaction',
  });
  const latency = meter.createHistogram('tercet.fusion.decision.duration', {
    unit: 's',
    description: 'From the append of the last reflected record to the commit, complete items alone',
  });
  const open = meter.createGauge('tercet.fusion.open', { description: 'Open joins of a partition' });
  const age = meter.createGauge('tercet.fusion.open.age', {
    unit: 's',
    description: 'Age of the oldest open join of a partition',
  });
  const bytes = meter.createGauge('tercet.fusion.open.bytes', {
    unit: 'By',
    description: 'Estimated bytes of open joins of a partition',
  });
  const lag = meter.createGauge('tercet.fusion.lag', {
    description: 'Records behind the end of a partition',
  });
  const ends = meter.createCounter('tercet.fusion.holds.ended', {
    description: 'Holds on a partition that ended, by reason',
  });
  const recovery = meter.createHistogram('tercet.fusion.recovery.duration', {
    unit: 's',
    description: 'From the start of a recovery to the resumption',
  });
  const rebuilds = meter.createCounter('tercet.fusion.rebuilds', {
    description: 'State of a partition rebuilt from Kafka, by reason',
  });
  const overloads = meter.createCounter('tercet.fusion.overloads', {
    description: 'Pauses of a partition for want of memory',
  });

  return {
    recordsApplied(outcomes: readonly PutOutcome[]): void {
      const counts = new Map<PutOutcome, number>();
      for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      for (const [outcome, count] of counts) records.add(count, { outcome });
      const kept = counts.get('human_kept') ?? 0;
      if (kept > 0) logger.warn('machine revision withheld after a human one', { count: kept });
    },
    recordUnreadable(partition: number, offset: bigint, reason: string): void {
      unreadable.add(1, { reason });
      logger.error('unreadable join record', { partition, offset, reason });
    },
    /** The decisions of one transaction. Counted by kind first: to add each by itself costs more than to make its key. */
    committed(run: readonly CommittedDecision[], committedAtMs: number): void {
      batch.record(run.length);
      const kinds = new Map<string, { readonly of: CountedDecision; count: number }>();
      for (const { counted, lastPartAtMs } of run) {
        const key = `${counted.action} ${counted.cause} ${counted.status}`;
        const kind = kinds.get(key);
        if (kind) kind.count += 1;
        else kinds.set(key, { of: counted, count: 1 });
        if (counted.cause === DecisionCause.COMPLETE)
          latency.record(Math.max(0, committedAtMs - lastPartAtMs) / 1000);
      }
      for (const { of, count } of kinds.values()) {
        const cause = word(DecisionCause, of.cause);
        const status = word(DecisionStatus, of.status);
        decisions.add(count, { action: of.action || 'none', cause, status });
      }
    },
    scoringFailed(error: Error): void {
      logger.error('scoring failed; parts decided as failed', { error });
    },
    stepDone(step: Step, startedAtMs: number): void {
      steps.record((performance.now() - startedAtMs) / 1000, { step });
    },
    state(partition: number, openJoins: number, oldestAgeMs: number, stateBytes: number): void {
      open.record(openJoins, { partition });
      age.record(oldestAgeMs / 1000, { partition });
      bytes.record(stateBytes, { partition });
    },
    behind(partition: number, count: bigint): void {
      lag.record(Number(count), { partition });
    },
    holdEnded(
      partition: number,
      reason: 'lost' | 'fenced' | 'redis' | 'broker' | 'unknown_outcome',
      error: TercetError,
    ): void {
      ends.add(1, { reason });
      logger.warn('hold ended', { partition, reason, error });
    },
    generationOver(partition: number): void {
      logger.info('partition left to the rebalance', { partition });
    },
    rebuilding(partition: number, reason: string, replayFrom: bigint): void {
      rebuilds.add(1, { reason });
      logger.warn('rebuilding the state', { partition, reason, replay_from: replayFrom });
    },
    recovered(partition: number, startedAtMs: number, inOffset: bigint, marked: number): void {
      recovery.record((performance.now() - startedAtMs) / 1000);
      logger.info('partition recovered', { partition, in_offset: inOffset, marked });
    },
    overloaded(partition: number, stateBytes: number): void {
      overloads.add(1);
      logger.warn('paused for want of memory', { partition, bytes: stateBytes });
    },
    notSwept(partition: number, error: TercetError): void {
      logger.warn('old data sets not removed', { partition, error });
    },
    relieved(partition: number): void {
      logger.info('resumed after want of memory', { partition });
    },
    gap(partition: number, expected: bigint, got: bigint): void {
      logger.warn('gap in embeddings', { partition, expected, got });
    },
  };
}

export type FusionEvents = ReturnType<typeof createEvents>;

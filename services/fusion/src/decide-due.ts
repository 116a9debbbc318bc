import type { Tracer } from '@opentelemetry/api';
import type { TransactionalProducer } from '@tercet/bus';
import type { DueItem, JoinHold, StateFigures, TakeAnswer } from '@tercet/join-state';
import { BugError } from '@tercet/kit';
import type { OwnerSettings } from './config.js';
import type { FusionEvents } from './events.js';
import { planDecisions, type TakeClock } from './plan-decisions.js';
import type { PolicyShelf } from './policy-shelf.js';
import { type PreparedDecision, prepareDecision, transactionRuns } from './publish-decisions.js';
import type { Time } from './time.js';

const TURN_MS = 8;

export interface DecideDeps {
  readonly hold: JoinHold;
  readonly producer: TransactionalProducer;
  readonly shelf: PolicyShelf;
  readonly time: Time;
  readonly events: FusionEvents;
  readonly tracer: Tracer;
  readonly settings: OwnerSettings;
  readonly partition: number;
  /** Of the items that are decided, no record up to it is left out. */
  readonly inOffset: bigint;
  /** Called before each transaction; rejects where the generation is over. */
  readonly heartbeat: () => Promise<void>;
  /** Called when the last transaction is committed, before it is marked: the broker has no more to do for this partition. */
  readonly onCommitted: () => void;
}

/**
 * Step 6 of the protocol: takes what is due, decides, commits and marks, until nothing more is due. Between a commit
 * and its mark nothing is taken. Answers the figures after the last mark and how many decisions were committed.
 */
export async function decideDue(
  clock: TakeClock,
  deps: DecideDeps,
): Promise<{ figures: StateFigures; last: TakeAnswer; committed: number }> {
  const { hold, events, time } = deps;
  let committed = 0;
  for (;;) {
    const takeStartedAt = time.elapsedMs();
    const last = await hold.take(clock.untilMs);
    events.stepDone('take', takeStartedAt);
    const onCommitted = last.more ? () => undefined : deps.onCommitted;
    const decided = await decideItems(last.items, clock, { ...deps, onCommitted });
    committed += decided.committed;
    if (!last.more) return { figures: decided.figures ?? last, last, committed };
  }
}

/** Decides items, commits and marks. `figures` are those after the last mark; undefined where there was none. */
export async function decideItems(
  items: readonly DueItem[],
  clock: TakeClock,
  deps: DecideDeps,
): Promise<{ figures: StateFigures | undefined; committed: number }> {
  let figures: StateFigures | undefined;
  const prepared = await prepareAll(items, clock, deps);
  const runs = transactionRuns(prepared, deps.settings.maxTransactionBytes);
  for (const [n, run] of runs.entries())
    figures = await commitAndMark(run, deps, n === runs.length - 1 ? deps.onCommitted : () => undefined);
  return { figures, committed: prepared.length };
}

/** Deciding is pure computation; heartbeats and other partitions get their turn every so often. */
async function prepareAll(
  items: readonly DueItem[],
  clock: TakeClock,
  deps: DecideDeps,
): Promise<PreparedDecision[]> {
  if (items.length === 0) return [];
  const { events, settings, shelf, tracer, partition, inOffset, time } = deps;
  const startedAt = time.elapsedMs();
  const options = {
    tracer,
    partition,
    inOffset,
    nowMs: time.nowMs(),
    dedupeWindowMs: settings.dedupeWindowMs,
    lookupWindowMs: settings.lookupWindowMs,
  };
  const prepared: PreparedDecision[] = [];
  let turnEndsAt = time.elapsedMs() + TURN_MS;
  for (const item of items) {
    const planned = planDecisions(item, clock, shelf);
    if (planned.length === 0) throw new BugError('an item was taken that owes no decision');
    for (const one of planned) {
      if (one.trouble) events.scoringFailed(one.trouble);
      prepared.push(prepareDecision(one, options));
    }
    if (time.elapsedMs() < turnEndsAt) continue;
    await time.nextTurn();
    turnEndsAt = time.elapsedMs() + TURN_MS;
  }
  events.stepDone('decide', startedAt);
  return prepared;
}

async function commitAndMark(
  run: readonly PreparedDecision[],
  deps: DecideDeps,
  onCommitted: () => void,
): Promise<StateFigures> {
  const { hold, producer, events, settings, heartbeat, time } = deps;
  await heartbeat();
  const sentAt = time.elapsedMs();
  await producer.commit(
    run.flatMap((one) => one.records),
    settings.transactionTimeoutMs,
  );
  onCommitted();
  events.stepDone('transaction', sentAt);
  events.committed(run, time.nowMs());
  const markStartedAt = time.elapsedMs();
  const figures = await hold.mark(run.map((one) => one.mark));
  events.stepDone('mark', markStartedAt);
  return figures;
}

import type { Tracer } from '@opentelemetry/api';
import type { BusConsumer, BusRecord, PartitionReader, TransactionalProducer } from '@tercet/bus';
import { TOPIC } from '@tercet/contracts';
import type { JoinHold, PutRecord, StateFigures } from '@tercet/join-state';
import { asTercetError } from '@tercet/kit';
import { applyRecords, outcomesFrom, readRecords } from './apply-chunk.js';
import type { BrokerClock } from './broker-clock.js';
import type { OwnerSettings } from './config.js';
import { decideDue, decideItems } from './decide-due.js';
import type { FusionEvents } from './events.js';
import type { Delivery, Mailbox } from './mailbox.js';
import { encodeOpenLow } from './open-low.js';
import type { PolicyShelf } from './policy-shelf.js';
import type { EndOfLog } from './recover-state.js';
import type { Time } from './time.js';
import type { TransactionTurns, Turn } from './transaction-turns.js';

export interface OwnedDeps {
  readonly partition: number;
  readonly consumer: Pick<BusConsumer, 'pause' | 'resume' | 'seek'>;
  readonly reader: Pick<PartitionReader, 'bounds' | 'readToEnd'>;
  readonly producer: TransactionalProducer;
  readonly shelf: PolicyShelf;
  readonly clock: BrokerClock;
  readonly time: Time;
  readonly events: FusionEvents;
  readonly tracer: Tracer;
  readonly turns: TransactionTurns;
  readonly mailbox: Mailbox;
  readonly settings: OwnerSettings;
  /** Rejects where the generation is over. */
  readonly heartbeat: () => Promise<void>;
  readonly commit: (offset: bigint, metadata: string) => Promise<void>;
}

const WAIT_MS = 1_000;
// Below this share of the soft limit an overloaded partition reads on.
const RELIEF = 0.8;
// So many records more may lie undecided in Redis while others have their turn.
const MAX_PUT_AHEAD = 1_000;
// More is read by the ordinary loop, which decides meanwhile.
const MAX_CATCH_UP = 2_000n;

/** Records that make items complete and wait for this partition's turn, to be put when those are decided. */
interface InHand {
  readonly records: readonly PutRecord[];
  readonly bytes: number;
  /** First offset behind them. */
  readonly nextOffset: bigint;
  /** Append time of the last one. */
  readonly untilMs: number;
}

const NOTHING_IN_HAND: InHand = { records: [], bytes: 0, nextOffset: 0n, untilMs: 0 };

/** A recovered partition: steps 6 and 7 of the protocol, one thing at a time. */
export class OwnedPartition {
  readonly #at: { readonly topic: string; readonly partition: number };
  // Unknown until the first answer.
  #figures: StateFigures | undefined;
  #lookedAtMs = 0;
  #inHand: InHand | undefined;
  /** On the broker's clock: every record that was appended up to it has been put. */
  #appliedUntilMs = 0;
  #turn: Turn | undefined;
  /** Since the turn was asked for. */
  #putRecords = 0;
  #commitDueMs = 0;
  #committedOffset = -1n;
  #checkpointDueMs: number;
  #committedSince = false;
  #endBefore: bigint | undefined;
  #overloaded = false;
  #retryAtMs = 0;
  #gapAt = -1n;

  constructor(
    private readonly hold: JoinHold,
    private inOffset: bigint,
    private readonly countFrom: bigint,
    private readonly deps: OwnedDeps,
  ) {
    this.#checkpointDueMs = this.#after(deps.settings.checkpointIntervalMs);
    this.#at = { topic: TOPIC.embeddings, partition: deps.partition };
  }

  /** Where reading goes on. */
  get nextOffset(): bigint {
    return this.inOffset + 1n;
  }

  /**
   * Puts what lies unread up to the end of the log, where that is little, so that whatever is overdue by then can be decided at
   * once instead of after the first fetches.
   */
  async catchUp({ end, askedAtMs }: EndOfLog, signal: AbortSignal): Promise<void> {
    const { reader, clock, time } = this.deps;
    if (end - this.nextOffset > MAX_CATCH_UP) return;
    const put = async (records: readonly BusRecord[]): Promise<void> => {
      const last = records.at(-1);
      if (!last || this.#overloaded || this.#isFull) return;
      await this.#put(this.#read(records, time.nowMs()), last.offset + 1n, Number(last.timestampMs));
    };
    if (end > this.nextOffset) await reader.readToEnd(this.#at, this.nextOffset, put, { end, signal });
    if (this.nextOffset === end) this.#applied(clock.at(askedAtMs));
  }

  /** Resumes the partition and works until the signal; rejects with whatever ends the hold. */
  async work(signal: AbortSignal): Promise<void> {
    const { mailbox } = this.deps;
    // One that was full before it began stays paused until there is room.
    if (!this.#overloaded) this.deps.consumer.resume([this.#at]);
    try {
      while (!signal.aborted) {
        await this.#step();
        await this.#commitOffsets(false);
        await this.#checkpoint();
        // A stop, or a turn, that came while something was in hand woke nobody.
        if (signal.aborted) break;
        if (this.#turn?.isOn || this.#mayGoOn) continue;
        await mailbox.wait(this.#overloaded ? this.deps.settings.overloadTickMs : WAIT_MS);
      }
      await this.#commitOffsets(true);
    } finally {
      this.#turn?.end();
    }
  }

  /** What came is put at once, or, while this partition waits for its turn, all together when that is near. */
  get #mayGoOn(): boolean {
    const { mailbox } = this.deps;
    // That nothing followed says nothing of what is in hand.
    if (!mailbox.hasDelivery) return mailbox.hasIdle && !this.#inHand;
    if (this.#handIsFull) return false;
    return !this.#turn || this.#turn.isNear || (this.#isBacklog && !this.hold.decidesAhead);
  }

  get #isBacklog(): boolean {
    return this.deps.mailbox.waitingRecords >= this.deps.settings.maxPutRecords;
  }

  get #handIsFull(): boolean {
    if (!this.#inHand) return false;
    const { records, bytes } = this.#inHand;
    return records.length >= MAX_PUT_AHEAD || bytes >= this.deps.settings.maxPutBytes;
  }

  /** Puts what came, if anything did, or keeps it in hand; decides what is due when it is this partition's turn. */
  async #step(): Promise<void> {
    const { mailbox } = this.deps;
    // Nothing of a backlog is read before its turn is near: what is read and waits is only in the collector's way.
    if (this.#isBacklog && this.hold.decidesAhead) this.#askTurn();
    const mayGoOn = this.#mayGoOn;
    const delivery = mayGoOn ? mailbox.takeDelivery() : undefined;
    const idleSinceMs = mayGoOn && !delivery ? mailbox.takeIdle() : undefined;
    if (delivery) await this.#handle(delivery);
    else if (idleSinceMs !== undefined) this.#applied(this.deps.clock.at(idleSinceMs));
    // A turn that was asked for is taken, though what was due may have been overtaken meanwhile.
    const wanted = this.#turn || this.#inHand || this.#isDue(idleSinceMs !== undefined);
    if (wanted && !(await this.#takeTurn())) return;
    if (this.#isFull && !this.#overloaded) this.#overload();
  }

  /** The turn that is asked for, from now on or already. */
  #askTurn(): Turn {
    if (this.#turn) return this.#turn;
    this.#turn = this.deps.turns.ask(() => this.deps.mailbox.wake());
    this.#putRecords = 0;
    // While others have their turn, or take and decide are under way, the coordinator has heard of it.
    if (this.#isOverdue && !this.#overloaded) this.deps.producer.announce();
    return this.#turn;
  }

  /** @returns false where others have theirs, and more may be put meanwhile. */
  async #takeTurn(): Promise<boolean> {
    const turn = this.#askTurn();
    if (this.#putRecords >= MAX_PUT_AHEAD || this.#isFull) await turn.begun;
    if (!turn.isOn) return false;
    try {
      if (this.#overloaded) await this.#relieve();
      else await this.#decideAll();
    } finally {
      turn.end();
      this.#turn = undefined;
    }
    return true;
  }

  /** First what is due by what was put, then what the records in hand complete. */
  async #decideAll(): Promise<void> {
    if (!this.#inHand || this.#isDue(true)) await this.#decide(this.#appliedUntilMs);
    if (this.#inHand) await this.#decideAhead(this.#inHand);
  }

  /** Even where nothing is due the state is looked at now and then: that is how its loss is noticed. */
  #isDue(idle: boolean): boolean {
    if (this.#overloaded || this.#isOverdue) return true;
    return idle && this.deps.time.nowMs() - this.#lookedAtMs >= WAIT_MS;
  }

  get #isOverdue(): boolean {
    return this.#nextDueMs <= this.#appliedUntilMs;
  }

  async #handle({ records: all, nextOffset, highWatermark, receivedAtMs }: Delivery): Promise<void> {
    if (this.#overloaded) return;
    const next = this.#inHand?.nextOffset ?? this.nextOffset;
    const records = all.filter((record) => record.offset >= next);
    const first = records[0];
    if (first && first.offset > next && this.#gapAt !== next) {
      // `embeddings` has neither transactions nor compaction: its offsets run on. Read again before believing it.
      this.#gapAt = next;
      this.deps.events.gap(this.deps.partition, next, first.offset);
      await this.deps.consumer.seek(this.#at, next);
      // What came meanwhile lies behind the gap too, and that nothing followed it says nothing of what is read again.
      this.deps.mailbox.clear();
      return;
    }
    if (nextOffset <= next) return;
    const readable = this.#read(records, receivedAtMs);
    const last = records.at(-1);
    const untilMs = last ? Number(last.timestampMs) : 0;
    const inHand = this.#inHand ?? (this.hold.mayBeAhead(readable) ? NOTHING_IN_HAND : undefined);
    if (inHand) {
      this.deps.producer.announce();
      const more = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
      this.#inHand = {
        records: [...inHand.records, ...readable],
        bytes: inHand.bytes + more,
        nextOffset,
        untilMs: Math.max(inHand.untilMs, untilMs),
      };
    } else await this.#put(readable, nextOffset, untilMs);
    this.deps.events.behind(this.deps.partition, highWatermark - nextOffset);
  }

  #read(records: readonly BusRecord[], receivedAtMs: number): PutRecord[] {
    const { clock, events, partition } = this.deps;
    const last = records.at(-1);
    if (last) clock.observe(Number(last.timestampMs), receivedAtMs);
    return readRecords(records, ({ offset }, reason) => events.recordUnreadable(partition, offset, reason));
  }

  /** Decides what the records in hand complete, and puts the rest. Until then the state is as before them. */
  async #decideAhead({ records, nextOffset, untilMs }: InHand): Promise<void> {
    const { events, time } = this.deps;
    const clock = { untilMs: this.#appliedUntilMs, overloaded: false };
    const startedAt = time.elapsedMs();
    const ahead = await this.hold.ahead(records);
    events.stepDone('ahead', startedAt);
    const { figures, committed } = await decideItems(ahead.items, clock, {
      ...this.deps,
      hold: this.hold,
      inOffset: nextOffset - 1n,
      onCommitted: () => this.#turn?.end(),
    });
    this.#turn?.end();
    if (figures) this.#figures = figures;
    if (committed > 0) this.#committedSince = true;
    events.recordsApplied(outcomesFrom(this.countFrom, ahead.records, ahead.outcomes));
    this.#inHand = undefined;
    await this.#put(ahead.rest, nextOffset, untilMs);
  }

  async #put(records: readonly PutRecord[], nextOffset: bigint, untilMs: number): Promise<void> {
    try {
      await applyRecords(
        records,
        nextOffset,
        { ...this.deps, hold: this.hold, countFrom: this.countFrom },
        (inOffset, figures) => {
          this.inOffset = inOffset;
          this.#figures = figures;
        },
      );
    } catch (error) {
      const known = asTercetError(error);
      if (known.kind !== 'Unavailable' || known.code !== 'overloaded') throw known;
      // Redis refused before anything was changed: read again when there is room.
      this.#overload();
      return;
    }
    this.#putRecords += records.length;
    this.#applied(untilMs);
  }

  #applied(untilMs: number): void {
    this.#appliedUntilMs = Math.max(this.#appliedUntilMs, untilMs);
  }

  /** Due at once where nothing is known. */
  get #nextDueMs(): number {
    return this.#figures?.nextDueMs ?? 0;
  }

  get #bytes(): number {
    return this.#figures?.bytes ?? 0;
  }

  get #isFull(): boolean {
    return this.#bytes > this.deps.settings.maxOpenBytes;
  }

  async #decide(untilMs: number): Promise<void> {
    const clock = { untilMs, overloaded: this.#overloaded };
    const { figures, last, committed } = await decideDue(clock, {
      ...this.deps,
      hold: this.hold,
      inOffset: this.inOffset,
      // What is in hand is decided in the same turn.
      onCommitted: () => {
        if (!this.#inHand) this.#turn?.end();
      },
    });
    this.#figures = figures;
    this.#lookedAtMs = this.deps.time.nowMs();
    if (committed > 0) this.#committedSince = true;
    const oldestAgeMs =
      last.oldestOpenedAtMs === undefined ? 0 : Math.max(0, untilMs - last.oldestOpenedAtMs);
    this.deps.events.state(this.deps.partition, last.open - last.items.length, oldestAgeMs, figures.bytes);
  }

  #overload(): void {
    this.deps.consumer.pause([this.#at]);
    // What waits is read again, and until then no idle round says that all was put.
    this.deps.mailbox.clear();
    this.#inHand = undefined;
    this.#overloaded = true;
    this.#retryAtMs = this.deps.time.nowMs() + WAIT_MS;
    this.deps.events.overloaded(this.deps.partition, this.#bytes);
  }

  // While paused nothing is read, so the clock alone decides; parts that wait in the log are named `overload`.
  async #relieve(): Promise<void> {
    const { clock, consumer, settings, events, partition } = this.deps;
    await this.#decide(clock.at(this.deps.time.nowMs()));
    if (this.#bytes > settings.maxOpenBytes * RELIEF || this.deps.time.nowMs() < this.#retryAtMs) return;
    this.#overloaded = false;
    await consumer.seek(this.#at, this.nextOffset);
    consumer.resume([this.#at]);
    events.relieved(partition);
  }

  async #commitOffsets(now: boolean): Promise<void> {
    const offset = this.nextOffset;
    const due = now || this.deps.time.nowMs() >= this.#commitDueMs;
    // Before the first answer the oldest opening is not known, and a commit would send a rebuild to the log's start.
    if (!due || offset === this.#committedOffset || !this.#figures) return;
    this.#commitDueMs = this.#after(this.deps.settings.commitIntervalMs);
    await this.deps.commit(offset, encodeOpenLow(this.#figures.openLow));
    this.#committedOffset = offset;
  }

  /** With jitter: partitions of one assignment would all ask the broker in the same moment, and wait for each other. */
  #after(intervalMs: number): number {
    const { time } = this.deps;
    return time.nowMs() + intervalMs * (0.5 + time.random());
  }

  /**
   * Moves `dec_off` to an end of `decisions` that was read before a later commit of ours succeeded: that commit shows that
   * no other owner had fenced us, hence that every decision below the end is ours and marked. An owner that is fenced and
   * does not know it may read an end behind another's decisions; it never commits again, so that end is never used.
   */
  async #checkpoint(): Promise<void> {
    const { reader, settings, partition } = this.deps;
    if (!this.#committedSince) return;
    if (this.#endBefore !== undefined) {
      this.#figures = await this.hold.mark([], this.#endBefore);
      this.#endBefore = undefined;
      this.#checkpointDueMs = this.#after(settings.checkpointIntervalMs);
    } else if (this.deps.time.nowMs() >= this.#checkpointDueMs) {
      this.#endBefore = (await reader.bounds({ topic: TOPIC.decisions, partition })).end;
      this.#committedSince = false;
    }
  }
}

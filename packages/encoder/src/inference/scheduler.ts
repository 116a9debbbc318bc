import { BugError, InvalidInputError } from '@tercet/kit';
import { BatchPool } from '../batching/batch-pool.js';
import type { BatchLimits, Modality, Outcome, RunModel } from '../modality.js';
import { failureOf } from './failure.js';
import { isPrepared } from './is-prepared.js';
import type { Answer, BatchSize, PartRequest } from './messages.js';
import { RunQueue } from './run-queue.js';
import type { Sessions } from './sessions.js';
import { TimeLimitError, within } from './within.js';

export interface SchedulerOptions {
  readonly batch: BatchLimits;
  readonly maxPreparing: number;
  readonly prepareTimeoutMs: number;
  readonly runTimeoutMs: number;
}

export interface SchedulerEvents {
  readonly onAnswers: (answers: readonly Answer[]) => void;
  /** A batch was run. */
  readonly onBatch: (size: BatchSize) => void;
  /** A decoder or a model does not come back; the process is no longer to be trusted. */
  readonly onHung: () => void;
}

interface Ready<Prepared> {
  readonly prepared: Prepared;
  readonly prepareMs: number;
  readonly readyAt: number;
}

type Batch<Prepared> = ReturnType<BatchPool<Ready<Prepared>>['take']>;

/** One batch runs, the next one is collated and waits at the model. */
const MAX_BATCHES = 2;

/**
 * The work of the inference process: prepares parts, forms batches of what waits and runs them. A part is answered when
 * its own runs have ended, whatever its batch still waits for. While a batch runs the next is prepared; nothing beyond
 * that is, so memory holds three batches at most and the requests not yet begun.
 */
export class Scheduler<Prepared> {
  readonly #arrived = new Map<number, PartRequest>();
  readonly #preparing = new Map<number, AbortController>();
  readonly #pool: BatchPool<Ready<Prepared>>;
  readonly #runs = new RunQueue();
  #batches = 0;
  #begun = 0;
  /** Outcomes told in the same turn of the event loop: one message. */
  #told: Answer[] = [];
  #pumping = false;

  constructor(
    private readonly modality: Modality<Prepared>,
    private readonly sessions: Pick<Sessions, 'run'>,
    private readonly options: SchedulerOptions,
    private readonly events: SchedulerEvents,
  ) {
    this.#pool = new BatchPool(options.batch);
  }

  /** Parts that no batch holds yet. */
  get waiting(): number {
    return this.#arrived.size + this.#preparing.size + this.#pool.size;
  }

  submit(parts: readonly PartRequest[]): void {
    for (const part of parts) this.#arrived.set(part.id, part);
    this.#pump();
  }

  /** Drops what no batch holds yet; the rest is answered as if nothing had been said. */
  cancel(ids: readonly number[]): void {
    const dropped = ids.filter((id) => {
      this.#preparing.get(id)?.abort();
      return this.#arrived.delete(id) || this.#pool.drop(id);
    });
    if (dropped.length > 0) this.events.onAnswers(dropped.map((id) => ({ id, dropped: true })));
    this.#pump();
  }

  /** Runs once the present burst of messages and prepared parts is in, so that a batch holds all of it. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#runBatches();
      this.#prepareMore();
    });
  }

  #prepareMore(): void {
    for (const [id, request] of this.#arrived) {
      if (this.#preparing.size >= this.options.maxPreparing || this.#pool.holdsBatch) return;
      this.#arrived.delete(id);
      void this.#prepare(request);
    }
  }

  async #prepare({ id, input }: PartRequest): Promise<void> {
    const startedAt = performance.now();
    const controller = new AbortController();
    this.#preparing.set(id, controller);
    try {
      const { prepareTimeoutMs } = this.options;
      const prepared = await within(
        prepareTimeoutMs,
        controller,
        this.modality.prepare(input, controller.signal),
      );
      const prepareMs = performance.now() - startedAt;
      if (controller.signal.aborted) {
        this.events.onAnswers([{ id, dropped: true }]);
      } else if (isPrepared(prepared)) {
        const cost = this.modality.cost(prepared);
        this.#pool.add(id, cost, { prepared, prepareMs, readyAt: performance.now() });
      } else {
        const timings = { prepareMs, waitMs: 0, runMs: 0 };
        this.events.onAnswers([{ id, outcome: { kind: 'empty', code: prepared.empty }, timings }]);
      }
    } catch (error) {
      if (error instanceof TimeLimitError && !error.ended) this.events.onHung();
      else if (error instanceof TimeLimitError) this.#fail(id, new InvalidInputError('decode_timeout'));
      else if (controller.signal.aborted) this.events.onAnswers([{ id, dropped: true }]);
      else this.#fail(id, error);
    } finally {
      this.#preparing.delete(id);
      this.#pump();
    }
  }

  #runBatches(): void {
    while (this.#batches < MAX_BATCHES && this.#pool.size > 0) {
      this.#batches += 1;
      void this.#runBatch(this.#pool.take()).finally(() => {
        this.#batches -= 1;
        this.#pump();
      });
    }
  }

  /** What a failed batch had not answered is run again part by part, so that a bad part costs itself only. */
  async #runBatch(batch: Batch<Prepared>): Promise<void> {
    const open = new Map(batch.map((entry) => [entry.id, entry]));
    try {
      await this.#embed(batch, (id) => open.delete(id));
      this.events.onBatch({ parts: batch.length, cost: batch.reduce((sum, { cost }) => sum + cost, 0) });
    } catch (error) {
      if (error instanceof TimeLimitError) return this.events.onHung();
      const only = batch.length === 1 ? batch[0] : undefined;
      if (only && open.has(only.id)) return this.#fail(only.id, error);
      for (const entry of open.values()) await this.#runBatch([entry]);
    }
  }

  /** @param close called with a part's id before its outcome is answered; false where it was answered before. */
  async #embed(batch: Batch<Prepared>, close: (id: number) => boolean): Promise<void> {
    this.#begun += 1;
    const turn = this.#begun;
    let runMs = 0;
    const run: RunModel = async (slot, inputs, how) => {
      const ran = await this.#runs.run(turn, () => this.sessions.run(slot, inputs, how));
      runMs += ran.runMs;
      return ran.outputs;
    };
    const tell = (index: number, outcome: Outcome): void => {
      const entry = batch[index];
      if (!entry || !close(entry.id)) return;
      const { prepareMs, readyAt } = entry.value;
      this.#tell({
        id: entry.id,
        outcome,
        timings: { prepareMs, waitMs: performance.now() - readyAt - runMs, runMs },
      });
    };
    const parts = batch.map(({ value }) => value.prepared);
    const work = this.modality.embed(parts, run, tell);
    const outcomes = await within(this.options.runTimeoutMs, undefined, work);
    if (outcomes.length !== batch.length)
      throw new BugError(`${batch.length} parts gave ${outcomes.length} outcomes`);
    for (const [index, outcome] of outcomes.entries()) tell(index, outcome);
  }

  #tell(answer: Answer): void {
    this.#told.push(answer);
    if (this.#told.length > 1) return;
    queueMicrotask(() => {
      const answers = this.#told;
      this.#told = [];
      this.events.onAnswers(answers);
    });
  }

  #fail(id: number, error: unknown): void {
    this.events.onAnswers([{ id, failure: failureOf(error) }]);
  }
}

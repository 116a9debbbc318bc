import { setTimeout as delay } from 'node:timers/promises';
import { BugError, InvalidInputError, UnavailableError } from '@tercet/kit';
import type { Outcome, PartInput } from '../modality.js';
import { InferenceChild } from './child.js';
import { errorOf } from './failure.js';
import type { Answer, BatchSize, InferenceReady, InferenceSettings, Timings } from './messages.js';
import { PartLedger } from './part-ledger.js';

// One that runs, one that waits at the model, one being prepared, and one so that no answer's way back is waited for.
const HELD_BATCHES = 4;

export interface InferenceClientOptions {
  readonly settings: InferenceSettings;
  readonly startTimeoutMs: number;
  /** Without a sign of life for so long, the process is killed. */
  readonly silenceTimeoutMs: number;
  readonly restartInitialMs: number;
  readonly restartMaxMs: number;
  /** Failed starts in a row after which the encoder gives up. */
  readonly maxFailedStarts: number;
}

export interface InferenceEvents {
  readonly onReady: (ready: InferenceReady) => void;
  readonly onDeath: (cause: 'crashed' | 'hung', held: number) => void;
  readonly onBeat: (rssBytes: number, waiting: number) => void;
  /** A batch was run. */
  readonly onBatch: (size: BatchSize) => void;
  /** A part broke in the modality's code: for the log. */
  readonly onBroken: (detail: string) => void;
}

/** An outcome and where its time went. */
export interface Embedded {
  readonly outcome: Outcome;
  readonly timings: Timings;
}

interface Call {
  readonly input: PartInput;
  readonly resolve: (embedded: Embedded) => void;
  readonly reject: (error: Error) => void;
}

/** The inference process as its client sees it: parts in, outcomes out, whatever becomes of the process. */
export class InferenceClient implements AsyncDisposable {
  readonly #ledger: PartLedger<Call>;
  #child: InferenceChild | undefined;
  #alive = false;
  #stopping = false;
  #lastId = 0;
  #dispatching = false;
  #failedStarts = 0;
  readonly #stop = new AbortController();
  #fail: (error: Error) => void = () => undefined;
  /** Rejects where the process cannot be brought back. */
  readonly finished: Promise<void>;

  constructor(
    private readonly options: InferenceClientOptions,
    private readonly events: InferenceEvents,
  ) {
    this.#ledger = new PartLedger(HELD_BATCHES * options.settings.batch.maxParts);
    this.finished = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.finished.catch(() => undefined);
  }

  /** Starts the first process; resolves when it is warm. Rejects where it cannot start. */
  async start(): Promise<InferenceReady> {
    const ready = await this.#spawn().ready;
    this.#onReady(ready);
    return ready;
  }

  /** Process id of the inference process, for who must watch or end it. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Prepares and embeds one part. Calls are answered in no order; how many are open is the caller's to bound.
   * @throws InvalidInputError the part's own fault; `crashed` or `decode_timeout` where it ended its process twice.
   * @throws UnavailableError `deadline` where the signal was aborted, `inference_unavailable` where the client stops.
   */
  embed(input: PartInput, signal: AbortSignal): Promise<Embedded> {
    return new Promise((resolve, reject) => {
      if (this.#stopping) return reject(new UnavailableError('inference_unavailable', 'stopping'));
      if (signal.aborted) return reject(new UnavailableError('deadline', 'given up'));
      this.#lastId += 1;
      const id = this.#lastId;
      const onAbort = (): void => {
        if (this.#ledger.abandon(id)) this.#child?.cancel([id]);
        reject(new UnavailableError('deadline', 'given up'));
      };
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T): void => {
          signal.removeEventListener('abort', onAbort);
          done(value);
        };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#ledger.add(id, { input, resolve: settle(resolve), reject: settle(reject) });
      this.#dispatch();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    this.#stop.abort();
    for (const { reject } of this.#ledger.clear())
      reject(new UnavailableError('inference_unavailable', 'stopping'));
    await this.#child?.stop();
  }

  /** One message for all that came in the same turn of the event loop. */
  #dispatch(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    setImmediate(() => {
      this.#dispatching = false;
      if (!this.#alive) return;
      const next = this.#ledger.takeNext();
      if (next.length > 0) this.#child?.embed(next.map(({ id, value }) => ({ id, input: value.input })));
    });
  }

  #spawn(): InferenceChild {
    const { settings, startTimeoutMs, silenceTimeoutMs } = this.options;
    const child = new InferenceChild(
      { settings, startTimeoutMs, silenceTimeoutMs },
      {
        onAnswers: (answers) => this.#onAnswers(answers),
        onBatch: this.events.onBatch,
        onBeat: this.events.onBeat,
        onDeath: (hung) => {
          if (child === this.#child) this.#onDeath(hung);
        },
      },
    );
    this.#child = child;
    return child;
  }

  #onReady(ready: InferenceReady): void {
    this.#alive = true;
    this.events.onReady(ready);
    this.#dispatch();
  }

  #onAnswers(answers: readonly Answer[]): void {
    this.#failedStarts = 0;
    for (const answer of answers) this.#onAnswer(answer);
    this.#dispatch();
  }

  #onAnswer(answer: Answer): void {
    if ('failure' in answer && answer.failure.kind === 'Bug') {
      this.events.onBroken(answer.failure.detail);
      this.#ledger.broke(answer.id)?.reject(new InvalidInputError('crashed', 'failed twice'));
      return;
    }
    const call = this.#ledger.answered(answer.id);
    if (!call) return;
    if ('failure' in answer) call.reject(errorOf(answer.failure));
    else if ('outcome' in answer) call.resolve({ outcome: answer.outcome, timings: answer.timings });
    else call.reject(new BugError('a part was dropped that nobody had given up'));
  }

  #onDeath(hung: boolean): void {
    // A process that could not start has held nothing; `start` and `#replace` speak for it.
    const started = this.#alive;
    this.#alive = false;
    if (this.#stopping || !started) return;
    const before = this.#ledger.size;
    const code = hung ? 'decode_timeout' : 'crashed';
    for (const { reject } of this.#ledger.died())
      reject(new InvalidInputError(code, 'ended its decoder process twice'));
    this.events.onDeath(hung ? 'hung' : 'crashed', before);
    void this.#replace();
  }

  async #replace(): Promise<void> {
    const { restartInitialMs, restartMaxMs, maxFailedStarts } = this.options;
    for (;;) {
      const waitMs = Math.min(restartMaxMs, restartInitialMs * 2 ** this.#failedStarts);
      await delay(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (this.#stopping) return;
      try {
        this.#failedStarts += 1;
        return this.#onReady(await this.#spawn().ready);
      } catch (error) {
        if (this.#stopping) return;
        if (this.#failedStarts >= maxFailedStarts) return this.#fail(error as Error);
      }
    }
  }
}

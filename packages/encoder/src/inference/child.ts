import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { HEAP_GROWTH, UnavailableError } from '@tercet/kit';
import { errorOf } from './failure.js';
import type {
  Answer,
  BatchSize,
  FromInference,
  InferenceReady,
  InferenceSettings,
  PartRequest,
} from './messages.js';

/** What a decoder or a runtime library may need; credentials stay with the main process. */
const PASSED_ON = /^(PATH|HOME|TMPDIR|LANG|LC_.*|TZ|LD_LIBRARY_PATH|CUDA_.*|NVIDIA_.*)$/;
// glibc keeps an arena per thread, and in it what was freed; decoders have many short-lived threads.
const MEMORY = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };
const STOP_MS = 2000;
// By the package's name, so that tests from source fork the built process too.
const ENTRY = createRequire(import.meta.url).resolve('@tercet/encoder/inference-process');

export interface ChildEvents {
  readonly onAnswers: (answers: readonly Answer[]) => void;
  readonly onBatch: (size: BatchSize) => void;
  readonly onBeat: (rssBytes: number, waiting: number) => void;
  /** Called once; `hung`: something in it did not come back. */
  readonly onDeath: (hung: boolean) => void;
}

export interface ChildOptions {
  readonly settings: InferenceSettings;
  readonly startTimeoutMs: number;
  /** Without any message for so long, its event loop is taken to be stuck. */
  readonly silenceTimeoutMs: number;
}

/** One life of the inference process. */
export class InferenceChild {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #hung = false;
  #watch: NodeJS.Timeout | undefined;
  #ready: (ready: InferenceReady) => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;
  /** Rejects with Unavailable or Bug where it cannot start. */
  readonly ready: Promise<InferenceReady>;

  constructor(
    private readonly options: ChildOptions,
    private readonly events: ChildEvents,
  ) {
    this.ready = new Promise((resolve, reject) => {
      this.#ready = resolve;
      this.#fail = reject;
    });
    this.ready.catch(() => undefined);
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
    this.#process = fork(ENTRY, [], {
      env: { ...MEMORY, ...env },
      execArgv: ['--max-semi-space-size=4', HEAP_GROWTH],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#process.on('message', (message) => this.#receive(message as FromInference));
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(this.#watch);
        this.#fail(new UnavailableError('inference_unavailable', 'the inference process ended'));
        resolve();
      };
      this.#process.once('exit', end);
      this.#process.once('error', end);
    });
    void this.#ended.then(() => events.onDeath(this.#hung));
    this.#expectWithin(options.startTimeoutMs);
    this.#send({ kind: 'start', settings: options.settings });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  embed(parts: readonly PartRequest[]): void {
    this.#send({ kind: 'embed', parts });
  }

  cancel(ids: readonly number[]): void {
    this.#send({ kind: 'cancel', ids });
  }

  /** Lets it end by itself, then ends it. */
  async stop(): Promise<void> {
    clearTimeout(this.#watch);
    if (this.#process.connected) this.#process.disconnect();
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
    await this.#ended;
    clearTimeout(kill);
  }

  #send(message: object): void {
    // A closed channel shows as the process's end.
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  #receive(message: FromInference): void {
    if (message.kind !== 'beat' || this.#isReady) this.#expectWithin(this.options.silenceTimeoutMs);
    if (message.kind === 'answers') this.events.onAnswers(message.answers);
    else if (message.kind === 'batch') this.events.onBatch(message.size);
    else if (message.kind === 'beat') this.events.onBeat(message.rssBytes, message.waiting);
    else if (message.kind === 'hung') this.#killAsHung();
    else if (message.kind === 'failed') this.#fail(errorOf(message.failure));
    else {
      this.#isReady = true;
      this.#ready(message.ready);
    }
  }

  #isReady = false;

  #expectWithin(limitMs: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#killAsHung(), limitMs);
    this.#watch.unref();
  }

  #killAsHung(): void {
    this.#hung = true;
    this.#process.kill('SIGKILL');
  }
}

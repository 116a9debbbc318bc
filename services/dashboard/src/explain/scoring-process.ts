import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Logger, UnavailableError } from '@tercet/kit';
import type { ScoreAnswer, ScoreRequest } from './messages.js';

export interface ScoringLimits {
  /** Requests that wait for the one under way. */
  readonly maxWaiting: number;
  /** One request, the start of the process included. */
  readonly timeoutMs: number;
  /** Without a request for so long the process ends, and its memory is given back. */
  readonly idleMs: number;
}

export const SCORING_LIMITS: ScoringLimits = { maxWaiting: 8, timeoutMs: 60_000, idleMs: 300_000 };

/** Below everything else on the machine: somebody waits, but nobody's decision does. */
const NICE = 10;

export interface ScoringModels {
  readonly headsDir: string;
  /** Slot or model of the lock file. */
  readonly textModel: string;
}

/**
 * The text model in a process of its own, started when first asked: running it would hold up every stream, and what few ask
 * for needs no memory all day. One request at a time.
 */
export class ScoringProcess implements AsyncDisposable {
  readonly #models: ScoringModels;
  readonly #logger: Logger;
  readonly #limits: ScoringLimits;
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(models: ScoringModels, logger: Logger, limits: ScoringLimits = SCORING_LIMITS) {
    this.#models = models;
    this.#logger = logger;
    this.#limits = limits;
  }

  /** @throws UnavailableError `overloaded`, `deadline`, `inference_unavailable` */
  async score(request: ScoreRequest): Promise<ScoreAnswer> {
    if (this.#waiting >= this.#limits.maxWaiting)
      throw new UnavailableError('overloaded', 'too many explanations are asked for');
    this.#waiting += 1;
    const turn = this.#last.then(() => this.#ask(request));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
  }

  #ask(request: ScoreRequest): Promise<ScoreAnswer> {
    clearTimeout(this.#idle);
    const child = this.#started();
    return new Promise<ScoreAnswer>((resolve, reject) => {
      const settle = (done: () => void): void => {
        clearTimeout(late);
        child.off('message', onMessage);
        child.off('exit', onExit);
        this.#idle = setTimeout(() => this.#end(), this.#limits.idleMs);
        this.#idle.unref();
        done();
      };
      const onMessage = (answer: ScoreAnswer): void => settle(() => resolve(answer));
      const onExit = (): void =>
        settle(() => reject(new UnavailableError('inference_unavailable', 'the scoring process ended')));
      const late = setTimeout(() => {
        this.#end();
        settle(() => reject(new UnavailableError('deadline', 'the explanation took too long')));
      }, this.#limits.timeoutMs);
      child.once('message', onMessage);
      child.once('exit', onExit);
      child.send(request);
    });
  }

  #started(): ChildProcess {
    if (this.#child) return this.#child;
    const { headsDir, textModel } = this.#models;
    const child = fork(fileURLToPath(new URL('./score-main.js', import.meta.url)), [headsDir, textModel], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    child.on('error', (error) => this.#logger.warn('scoring process', { error }));
    if (child.pid !== undefined) {
      try {
        setPriority(child.pid, NICE);
      } catch (error) {
        this.#logger.debug('scoring process keeps its priority', { reason: String(error) });
      }
    }
    this.#child = child;
    return child;
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#child?.kill();
    this.#child = undefined;
  }
}

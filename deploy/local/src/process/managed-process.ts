import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { LineSplitter } from './line-splitter.js';
import { LogLines } from './log-lines.js';
import type { Reaper } from './reaper.js';

export interface ProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly reaper: Reaper;
  /** Called for each line of standard output and error. */
  readonly onLine?: (line: string) => void;
  /** How often a process that ends by itself is started again; 0: never. */
  readonly maxRestarts: number;
  /** Between SIGTERM and SIGKILL. */
  readonly stopTimeoutMs: number;
}

const KEPT_LINES = 5000;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 5000;

/**
 * A process in a group of its own: its whole group ends with it. It is started again with growing pauses when it ends
 * without having been asked to, at most `maxRestarts` times.
 */
export class ManagedProcess {
  readonly log = new LogLines(KEPT_LINES);
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #wanted = false;
  #restarts = 0;
  #lastExit = '';

  constructor(readonly options: ProcessOptions) {}

  get name(): string {
    return this.options.name;
  }

  /** Of the running process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often it was started again by itself. */
  get restarts(): number {
    return this.#restarts;
  }

  /** How it ended and will not come back; empty while it runs or is about to. */
  get gone(): string {
    return this.#child === undefined && !this.#wanted ? this.#lastExit : '';
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#spawn();
  }

  /** Sends a signal to the process alone, as a fault would; the restart policy answers. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child?.kill(signal);
  }

  /** SIGTERM, then SIGKILL for what is left of its group. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (child?.pid === undefined) return this.#ended;
    child.kill('SIGTERM');
    // A stopped process would never see SIGTERM.
    child.kill('SIGCONT');
    const timer = new AbortController();
    const late = delay(this.options.stopTimeoutMs, true, { signal: timer.signal }).catch(() => false);
    const isLate = await Promise.race([this.#ended.then(() => false), late]);
    timer.abort();
    if (isLate) this.log.push(`(did not stop within ${this.options.stopTimeoutMs} ms: killed)`);
    killGroup(child.pid);
    await this.#ended;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  #spawn(): void {
    const { command, args, cwd, env, reaper } = this.options;
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    if (child.pid !== undefined) reaper.hold(child.pid);
    this.#ended = new Promise((resolve) => {
      for (const stream of [child.stdout, child.stderr]) this.#read(stream);
      child.once('error', (error) => this.#onEnd(child, error.message, resolve));
      child.once('exit', (code, signal) => this.#onEnd(child, signal ?? `exit code ${code}`, resolve));
    });
  }

  #read(stream: NodeJS.ReadableStream): void {
    const lines = new LineSplitter((line) => {
      this.log.push(line);
      this.options.onLine?.(line);
    });
    stream.on('data', (chunk: Buffer) => lines.write(chunk));
    stream.on('end', () => lines.end());
  }

  #onEnd(child: ChildProcess, how: string, resolve: () => void): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#lastExit = how;
    if (child.pid !== undefined) {
      killGroup(child.pid);
      this.options.reaper.release(child.pid);
    }
    resolve();
    if (this.#wanted) this.#startAgain(how);
  }

  #startAgain(how: string): void {
    if (this.#restarts >= this.options.maxRestarts) {
      this.#wanted = false;
      return;
    }
    const pause = Math.min(FIRST_BACKOFF_MS * 2 ** this.#restarts, LONGEST_BACKOFF_MS);
    this.#restarts += 1;
    const line = `(ended with ${how}; starting again in ${pause} ms)`;
    this.log.push(line);
    this.options.onLine?.(line);
    setTimeout(() => {
      if (this.#wanted && this.#child === undefined) this.#spawn();
    }, pause);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

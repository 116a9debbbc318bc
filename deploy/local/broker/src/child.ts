import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';

/** A server process of ours that dies with us. */
export interface Child {
  readonly pid: number;
  /** Resolves once the process has ended, with what it ended by. */
  readonly ended: Promise<string>;
  isAlive(): boolean;
  signal(name: NodeJS.Signals): void;
  /** Sends the signal and waits; SIGKILL after `graceMs`. */
  end(name: NodeJS.Signals, graceMs: number): Promise<void>;
}

/** Starts a command with its output in `logFile`, in a process group of its own, so that Ctrl-C does not reach it. */
export async function startChild(command: string, args: string[], logFile: string): Promise<Child> {
  const log = await open(logFile, 'a');
  const child = spawn(command, args, { stdio: ['ignore', log.fd, log.fd], detached: true });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  } finally {
    await log.close();
  }
  const pid = child.pid as number;
  const guard = startGuard(pid);
  let alive = true;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      alive = false;
      guard.kill('SIGKILL');
      guard.stdin?.destroy();
      resolve(signal ?? `code ${code}`);
    });
  });
  const signal = (name: NodeJS.Signals) => {
    if (alive) process.kill(pid, name);
  };
  const end = async (name: NodeJS.Signals, graceMs: number) => {
    signal(name);
    // A stopped process takes no other signal before it goes on.
    if (name !== 'SIGKILL') signal('SIGCONT');
    const timer = setTimeout(() => signal('SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
  };
  return { pid, ended, isAlive: () => alive, signal, end };
}

/**
 * A shell that waits on a pipe from us and kills the process when the pipe closes, which it does however we die.
 * Portable, where prctl's parent-death signal is Linux alone and bound to a thread.
 */
function startGuard(pid: number): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'cat >/dev/null; kill -9 "$1" 2>/dev/null', 'guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void })?.unref?.();
  return guard;
}

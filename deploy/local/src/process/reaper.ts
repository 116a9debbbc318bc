import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Makes sure that processes end when this one does, however it ends. */
export interface Reaper {
  /** `pid` leads its own process group (spawned with `detached`). */
  hold(pid: number): void;
  release(pid: number): void;
  stop(): Promise<void>;
}

let shared: { reaper: Reaper; users: number } | undefined;

/** One reaper process serves the whole supervisor; it ends with its last user. */
export function startReaper(): Reaper {
  shared ??= { reaper: spawnReaper(), users: 0 };
  const { reaper } = shared;
  shared.users += 1;
  let stopped = false;
  return {
    hold: (pid) => reaper.hold(pid),
    release: (pid) => reaper.release(pid),
    async stop() {
      if (stopped || !shared) return;
      stopped = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      shared = undefined;
      await reaper.stop();
    },
  };
}

function spawnReaper(): Reaper {
  const entry = fileURLToPath(new URL('../../dist/process/reaper-main.js', import.meta.url));
  // Its own session: a Ctrl-C for the terminal's foreground group must not reach it.
  const child = spawn(process.execPath, [entry], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  child.unref();
  const { stdin } = child;
  stdin.on('error', () => undefined);
  (stdin as unknown as { unref?: () => void }).unref?.();
  return {
    hold: (pid) => void stdin.write(`+${pid}\n`),
    release: (pid) => void stdin.write(`-${pid}\n`),
    stop: () => endOf(child, () => stdin.end()),
  };
}

function endOf(child: ChildProcess, end: () => void): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.ref();
    child.once('exit', () => resolve());
    end();
  });
}

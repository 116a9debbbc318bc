import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { LineSplitter } from './line-splitter.js';

// Ends the supervisor's processes when the supervisor is gone without having done so, even by SIGKILL: then the
// pipe that is our standard input ends. Lines: `+PID` and `-PID`; each PID leads its own process group.
const GRACE_MS = 5000;
const held = new Map<number, string>();

/** Start time of a process (field 22 of /proc/PID/stat), so that a pid used again is not taken for ours. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? '';
  } catch {
    // No /proc (macOS), or no such process: what is compared then is two empty strings, or the signal fails.
    return '';
  }
}

function signalGroups(signal: NodeJS.Signals): void {
  for (const [pid, started] of held) {
    if (startTime(pid) !== started) continue;
    try {
      process.kill(-pid, signal);
    } catch {
      held.delete(pid);
    }
  }
}

const lines = new LineSplitter((line) => {
  const pid = Number(line.slice(1));
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (line.startsWith('+')) held.set(pid, startTime(pid));
  else held.delete(pid);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.on('data', (chunk: Buffer) => lines.write(chunk));
process.stdin.on('close', async () => {
  signalGroups('SIGTERM');
  const until = Date.now() + GRACE_MS;
  while (held.size > 0 && Date.now() < until && [...held].some(([pid, started]) => alive(pid, started))) {
    await delay(100);
  }
  signalGroups('SIGKILL');
  process.exit(0);
});

function alive(pid: number, started: string): boolean {
  try {
    process.kill(-pid, 0);
    return startTime(pid) === started;
  } catch {
    return false;
  }
}

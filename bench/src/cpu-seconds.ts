import { readFileSync } from 'node:fs';

/** USER_HZ: what /proc counts in, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Processor seconds of all threads of a process so far, user and system, without its children. From Linux's /proc. */
export function cpuSeconds(pid: number): number {
  return ticksOf(readFileSync(`/proc/${pid}/stat`, 'utf8')) / TICKS_PER_SECOND;
}

/** utime and stime, the 14th and 15th field; the second, the command in parentheses, may hold spaces. */
export function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** What each of the processes has used from now on, by name. */
export function cpuSince(pids: Readonly<Record<string, number>>): () => Record<string, number> {
  const before = Object.entries(pids).map(([name, pid]) => [name, pid, cpuSeconds(pid)] as const);
  return () => Object.fromEntries(before.map(([name, pid, then]) => [name, cpuSeconds(pid) - then]));
}

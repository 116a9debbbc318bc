import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Calls by command, those that Functions make included. */
export type RedisCalls = Readonly<Record<string, number>>;

/** Calls so far, by Redis's own count. */
export async function redisCalls(port: number): Promise<RedisCalls> {
  const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(port), 'INFO', 'commandstats']);
  return parseCalls(stdout);
}

/** Exported for its test. */
export function parseCalls(info: string): RedisCalls {
  const rows = info.matchAll(/^cmdstat_([^:\s]+):calls=(\d+),/gm);
  return Object.fromEntries([...rows].map(([, name = '', calls]) => [name, Number(calls)]));
}

export function callsBetween(before: RedisCalls, after: RedisCalls, name: string): number {
  return (after[name] ?? 0) - (before[name] ?? 0);
}

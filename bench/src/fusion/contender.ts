import { waitFor } from '@tercet/local';
import { cpuSince } from '../cpu-seconds.js';
import type { DecisionTail, SeenDecision } from '../join/decision-tail.js';

/** A join that decides every item of `embeddings`, as a process that can be stopped and let go on. */
export interface Contender {
  readonly name: string;
  readonly pid: number;
  readonly tail: DecisionTail;
  explain(): string;
}

/** What one backlog took. Processor seconds by process. */
export interface Drained {
  readonly seconds: number;
  readonly cpu: Readonly<Record<string, number>>;
  readonly decisions: readonly SeenDecision[];
}

const TIMEOUT_MS = 180_000;

export function hold({ pid }: Contender): void {
  process.kill(pid, 'SIGSTOP');
}

export function release({ pid }: Contender): void {
  process.kill(pid, 'SIGCONT');
}

/**
 * Lets a held contender go on; resolves when a read_committed consumer has `count` more decisions of it, with the time
 * of the last one. `beside` are the processes that work for it.
 */
export async function drain(
  contender: Contender,
  count: number,
  beside: Readonly<Record<string, number>>,
): Promise<Drained> {
  const { tail, name, pid } = contender;
  const before = tail.seen.length;
  const cpu = cpuSince({ ...beside, [name]: pid });
  const startedAtMs = Date.now();
  release(contender);
  await decideAll(contender, before + count);
  const decisions = tail.seen.slice(before);
  const lastAtMs = decisions.reduce((latest, { seenAtMs }) => Math.max(latest, seenAtMs), 0);
  return { seconds: (lastAtMs - startedAtMs) / 1000, cpu: cpu(), decisions };
}

/** Resolves when a read_committed consumer has seen so many decisions of the contender in all. */
export async function decideAll({ name, tail, explain }: Contender, total: number): Promise<void> {
  await waitFor(`${name} decides everything`, () => tail.seen.length >= total, {
    timeoutMs: TIMEOUT_MS,
    intervalMs: 20,
    explain: () => `${total - tail.seen.length} are missing\n${explain()}`,
  });
}

import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** The machine in one line, for beside every figure. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${model}, ${availableParallelism()} cores, ${memory} GiB, Node ${process.versions.node}`;
}

/** Load average over the last minute: what else the machine had to do, this bench included. */
export function load(): number {
  return loadavg()[0] ?? 0;
}

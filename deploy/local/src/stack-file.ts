import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { REPOSITORY } from './repository.js';

/** Where a running local stack says how to reach it, so that `tercet` needs no addresses. */
export const STACK_FILE = `${REPOSITORY}/.run/stack.json`;

/** `packages/client` reads the same file; its shape is part of what the two agree on. */
export interface StackFile {
  /** Of the supervisor: the file means nothing when it is gone. */
  readonly pid: number;
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
  readonly grpcAddress: string;
  readonly prefix: string;
}

export function writeStackFile({ pid, kafkaBrokers, redisUrl, grpcAddress, prefix }: StackFile): void {
  const content: StackFile = { pid, kafkaBrokers, redisUrl, grpcAddress, prefix };
  mkdirSync(dirname(STACK_FILE), { recursive: true });
  writeFileSync(STACK_FILE, `${JSON.stringify(content, undefined, 2)}\n`);
}

/** Removes the file if it is ours. */
export function removeStackFile(): void {
  try {
    const { pid } = JSON.parse(readFileSync(STACK_FILE, 'utf8')) as StackFile;
    if (pid === process.pid) rmSync(STACK_FILE, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

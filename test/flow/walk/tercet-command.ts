import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestStack } from '@tercet/harness';
import { REPOSITORY } from '@tercet/local';

const TIMEOUT_MS = 60_000;

/** Runs `tercet` against a stack as a user would. `output` is its standard output and error, in that order. */
export async function tercet(
  stack: TestStack,
  args: readonly string[],
  input = '',
): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [join(REPOSITORY, 'packages/client/bin/tercet.js'), ...args], {
    env: {
      ...process.env,
      TERCET_KAFKA_BROKERS: stack.kafkaBrokers.join(','),
      TERCET_TOPIC_PREFIX: stack.prefix,
      TERCET_GATEWAY: stack.grpcAddress,
    },
    timeout: TIMEOUT_MS,
  });
  child.stdin.end(input);
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exit, output: stdout + stderr };
}

import { execFile, execFileSync } from 'node:child_process';

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

/** Runs a program to its end and answers its standard output. @throws Error with the last lines that it wrote. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { stdout, failure } = await attempt(command, args, options);
  if (failure !== undefined) throw new Error(failure);
  return stdout;
}

/** What a program answered; `failure`, where it failed, says how and ends with what it wrote last. */
export function attempt(
  command: string,
  args: readonly string[],
  { env, cwd, timeoutMs }: RunOptions = {},
): Promise<{ stdout: string; stderr: string; failure: string | undefined }> {
  return new Promise((resolve) => {
    const options = { env, cwd, timeout: timeoutMs ?? 0, maxBuffer: MAX_OUTPUT_BYTES };
    execFile(command, [...args], options, (error, stdout, stderr) => {
      const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-30).join('\n');
      const failure = error
        ? `${command} ${args.join(' ')}: ${error.message.split('\n')[0]}\n${last}`
        : undefined;
      resolve({ stdout, stderr, failure });
    });
  });
}

/** Whether a program ends with 0. */
export function succeeds(command: string, args: readonly string[], env = process.env): boolean {
  try {
    execFileSync(command, [...args], { stdio: 'ignore', env });
    return true;
  } catch {
    return false;
  }
}

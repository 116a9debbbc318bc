import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { REPOSITORY } from '../repository.js';

export interface DemoOptions {
  /** End when all is decided, instead of keeping the stack up. */
  readonly once: boolean;
  /** Where to write the result as JSON. */
  readonly json: string | undefined;
  /** Keep data and logs after the end. */
  readonly keep: boolean;
}

/** The options, or the exit code with which to end. */
export function readOptions(args: readonly string[]): DemoOptions | { readonly exitCode: number } {
  const help = () => readFileSync(`${REPOSITORY}/deploy/local/help/demo.txt`, 'utf8');
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean' },
        json: { type: 'string' },
        keep: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(help());
      return { exitCode: 0 };
    }
    return { once: values.once ?? false, json: values.json, keep: values.keep ?? false };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help()}`);
    return { exitCode: 2 };
  }
}

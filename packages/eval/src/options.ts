import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type EvalOptions, SUITES } from './suites.js';

/** A run that was asked for, or why there is none. */
export type Asked = (EvalOptions & { readonly suite: string }) | { readonly problem: string };

/** Beside the checkout. */
const SHARED = fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** Reads the command line and `TERCET_SHARED_DATA`. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Asked {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        suite: { type: 'string' },
        seed: { type: 'string', default: '1' },
        json: { type: 'string' },
      },
    });
    const { suite = '', json } = values;
    if (!Object.hasOwn(SUITES, suite)) return { problem: `--suite takes one of: ${known()}` };
    const seed = Number(values.seed);
    if (!Number.isSafeInteger(seed) || seed < 0) return { problem: '--seed takes a whole number' };
    const shared = resolve(env['TERCET_SHARED_DATA'] ?? SHARED);
    return {
      suite,
      seed,
      json: json === undefined ? undefined : resolve(json),
      shared: existsSync(shared) ? shared : undefined,
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function known(): string {
  return Object.keys(SUITES).sort().join(', ') || '(none is there yet)';
}

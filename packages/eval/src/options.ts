import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type EvalOptions, SUITES } from './suites.js';

/** What a file of lines is decided with. */
export interface DataOptions {
  readonly data: string;
  /** Where a prediction a line goes. */
  readonly out: string;
  readonly report: string | undefined;
  readonly json: string | undefined;
  /** Text model of the lock file, in place of the deployment's. */
  readonly textModel: string | undefined;
  /** Processes of each encoder. */
  readonly processes: number;
  /** Whether a line's language is told to the services; else it is detected. */
  readonly declaresLanguage: boolean;
}

/** A run that was asked for, or why there is none. */
export type Asked =
  | (EvalOptions & { readonly kind: 'suite'; readonly suite: string })
  | (DataOptions & { readonly kind: 'data' })
  | { readonly kind: 'problem'; readonly problem: string };

/** Beside the checkout. */
const SHARED = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const MOST_PROCESSES = 64;

/** Reads the command line and `TERCET_SHARED_DATA`. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Asked {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        suite: { type: 'string' },
        seed: { type: 'string', default: '1' },
        json: { type: 'string' },
        data: { type: 'string' },
        out: { type: 'string' },
        report: { type: 'string' },
        processes: { type: 'string', default: String(Math.min(8, availableParallelism())) },
        'text-model': { type: 'string' },
        'declare-language': { type: 'boolean', default: false },
      },
    });
    const { suite, seed, data, out, report, processes } = values;
    const json = values.json === undefined ? undefined : resolve(values.json);
    const textModel = values['text-model'];
    if (data === undefined) return readSuite({ suite, seed, json, textModel }, env);
    if (suite !== undefined) return problem('--suite and --data do not go together');
    if (out === undefined) return problem('--data needs --out FILE');
    if (!existsSync(data)) return problem(`--data: there is no file ${data}`);
    for (const file of [out, report, json])
      if (file !== undefined && !existsSync(dirname(resolve(file))))
        return problem(`there is no folder ${dirname(resolve(file))}`);
    return {
      kind: 'data',
      data: resolve(data),
      out: resolve(out),
      report: report === undefined ? undefined : resolve(report),
      json,
      textModel,
      processes: wholeNumber('--processes', processes, 1, MOST_PROCESSES),
      declaresLanguage: values['declare-language'],
    };
  } catch (error) {
    return problem(error instanceof Error ? error.message : String(error));
  }
}

function readSuite(
  values: {
    readonly suite: string | undefined;
    readonly seed: string;
    readonly json: string | undefined;
    readonly textModel: string | undefined;
  },
  env: NodeJS.ProcessEnv,
): Asked {
  const { suite = '', json, textModel } = values;
  if (!Object.hasOwn(SUITES, suite))
    return problem(
      `--data FILE --out FILE, or --suite with one of: ${Object.keys(SUITES).sort().join(', ')}`,
    );
  const seed = wholeNumber('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER);
  const shared = resolve(env['TERCET_SHARED_DATA'] ?? SHARED);
  return { kind: 'suite', suite, seed, json, textModel, shared: existsSync(shared) ? shared : undefined };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new RangeError(`${name} takes a whole number from ${least} to ${most}`);
  return value;
}

function problem(text: string): Asked {
  return { kind: 'problem', problem: text };
}

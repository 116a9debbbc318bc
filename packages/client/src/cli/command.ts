import type { ParseArgsConfig } from 'node:util';

/** sysexits' EX_UNAVAILABLE stands for what a later try may mend. */
export const EXIT = { ok: 0, no: 1, usage: 2, unavailable: 69 } as const;

export type OptionSpecs = NonNullable<ParseArgsConfig['options']>;
export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** One command of `tercet`. */
export interface Command {
  /** Words after `tercet`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Arguments, as in `submit FILE`. */
  readonly usage: string;
  /** What else `--help` says. */
  readonly help: string;
  readonly options: OptionSpecs;
  /** Resolves with the exit code. */
  run(positionals: readonly string[], values: OptionValues): Promise<number>;
}

/** The command was called wrongly; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function stringOption(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** A whole number of at least 1. Throws UsageError. */
export function countOption(values: OptionValues, name: string, fallback: number): number {
  const text = stringOption(values, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`--${name} wants a number from 1`);
  return value;
}

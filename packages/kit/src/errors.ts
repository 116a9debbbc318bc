import type { InvalidCode, UnavailableCode } from '@tercet/contracts';

interface Options {
  readonly cause?: unknown;
}

/** The item's fault: publish the failure and go on. `detail` is for people and never holds content. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  readonly kind = 'InvalidInput';
  constructor(
    readonly code: InvalidCode,
    readonly detail = '',
    options: Options = {},
  ) {
    super(detail === '' ? code : `${code}: ${detail}`, options);
  }
}

/** A dependency's fault: retry with backoff, commit nothing. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
  readonly kind = 'Unavailable';
  constructor(
    readonly code: UnavailableCode,
    readonly detail = '',
    options: Options = {},
  ) {
    super(detail === '' ? code : `${code}: ${detail}`, options);
  }
}

/** Ours: crash, and be restarted. */
export class BugError extends Error {
  override readonly name = 'BugError';
  readonly kind = 'Bug';
  constructor(detail: string, options: Options = {}) {
    super(`This is a bug: ${detail}`, options);
  }
}

export type TercetError = InvalidInputError | UnavailableError | BugError;

/** Narrows what a catch received to the three kinds; anything else is a bug of ours, with the original as its cause. */
export function asTercetError(error: unknown): TercetError {
  if (error instanceof InvalidInputError || error instanceof UnavailableError || error instanceof BugError)
    return error;
  return new BugError(error instanceof Error ? error.message : String(error), { cause: error });
}

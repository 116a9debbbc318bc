import { asTercetError, BugError, InvalidInputError, type TercetError, UnavailableError } from '@tercet/kit';
import type { Failure } from './messages.js';

/** An error as it crosses the process boundary; of a bug only the first line, since the rest may hold content. */
export function failureOf(error: unknown): Failure {
  const known = asTercetError(error);
  if (known.kind === 'Bug') return { kind: 'Bug', detail: firstLine(known) };
  if (known.kind === 'InvalidInput') return { kind: 'InvalidInput', code: known.code, detail: known.detail };
  return { kind: 'Unavailable', code: known.code, detail: known.detail };
}

/** Inverse of {@link failureOf}. */
export function errorOf(failure: Failure): TercetError {
  if (failure.kind === 'InvalidInput') return new InvalidInputError(failure.code, failure.detail);
  if (failure.kind === 'Unavailable') return new UnavailableError(failure.code, failure.detail);
  return new BugError(failure.detail);
}

function firstLine(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return `${cause.name}: ${cause.message.split('\n', 1)[0] ?? ''}`.slice(0, 200);
}

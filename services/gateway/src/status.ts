import { Metadata, type ServerErrorResponse, status } from '@grpc/grpc-js';
import type { InvalidCode, UnavailableCode } from '@tercet/contracts';
import type { TercetError } from '@tercet/kit';

/** Trailer that carries the code of packages/contracts. */
export const CODE_TRAILER = 'tercet-code';

const PRECONDITION: ReadonlySet<InvalidCode> = new Set(['stale_review', 'stale_appeal', 'stale_version']);

/** The code of packages/contracts that stands in trailers, metrics and spans. */
export const tercetCode = (error: TercetError): string => (error.kind === 'Bug' ? 'bug' : error.code);

/** The gRPC status of an error, its code in the trailer. A bug's message stays with us. */
export function asStatus(error: TercetError): ServerErrorResponse {
  const metadata = new Metadata();
  metadata.set(CODE_TRAILER, tercetCode(error));
  const details = error.kind === 'Bug' ? 'internal error' : error.message;
  return { name: error.name, message: details, details, code: codeOf(error), metadata };
}

function codeOf(error: TercetError): status {
  switch (error.kind) {
    case 'InvalidInput':
      return PRECONDITION.has(error.code) ? status.FAILED_PRECONDITION : status.INVALID_ARGUMENT;
    case 'Unavailable':
      return UNAVAILABLE[error.code] ?? status.UNAVAILABLE;
    case 'Bug':
      return status.INTERNAL;
  }
}

const UNAVAILABLE: Partial<Record<UnavailableCode, status>> = {
  deadline: status.DEADLINE_EXCEEDED,
  overloaded: status.RESOURCE_EXHAUSTED,
};

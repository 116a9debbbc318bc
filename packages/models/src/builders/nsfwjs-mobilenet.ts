import { BugError } from '@tercet/kit';

export function buildNsfwjsMobilenet(_model: Uint8Array, _weights: Uint8Array): Uint8Array {
  throw new BugError('not yet written');
}

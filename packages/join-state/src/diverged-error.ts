import { UnavailableError } from '@tercet/kit';

/**
 * The state put records beyond what a committed decision was taken from, and does not know that decision: an owner that was
 * fenced, or whose state had stepped back, judged them without it. Records behind `inOffset` must be put again.
 */
export class DivergedError extends UnavailableError {
  constructor(readonly inOffset: bigint) {
    super('fenced', `state went on from ${inOffset} without a decision`);
  }
}

import { GetDecisionResponse, LookupState } from '@tercet/contracts';
import type { LookupAnswer } from '@tercet/join-state';
import { UnavailableError } from '@tercet/kit';

/** An answer of GetDecision whose decision is still encoded, as the join's state holds it. */
export interface EncodedLookup extends Omit<GetDecisionResponse, 'decision'> {
  readonly decision: Uint8Array | undefined;
}

const STATES = {
  decided: LookupState.DECIDED,
  pending: LookupState.PENDING,
  unknown: LookupState.UNKNOWN,
} as const;

/** @throws UnavailableError `state_rebuilding` where the state cannot tell yet. */
export function encodedLookup(answer: LookupAnswer): EncodedLookup {
  if (answer.state === 'rebuilding') throw new UnavailableError('state_rebuilding');
  return {
    state: STATES[answer.state],
    version: answer.version,
    revision: answer.revision,
    decision: answer.decision,
    asOfOffset: answer.asOfOffset,
  };
}

/** Tag of GetDecisionResponse.decision: field 4, length-delimited. */
const DECISION_TAG = (4 << 3) | 2;

/**
 * Encodes GetDecisionResponse around the stored bytes of its decision, which are neither decoded nor encoded again: fields
 * of a message may come in any order.
 * @see https://protobuf.dev/programming-guides/encoding/#order
 */
export function serializeLookup({ decision, ...rest }: EncodedLookup): Buffer {
  const writer = GetDecisionResponse.encode({ ...rest, decision: undefined });
  if (decision !== undefined) writer.uint32(DECISION_TAG).bytes(decision);
  const { buffer, byteOffset, byteLength } = writer.finish();
  return Buffer.from(buffer, byteOffset, byteLength);
}

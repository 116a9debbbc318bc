import { type GetDecisionResponse, LookupState } from '@tercet/contracts';
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

/**
 * Encodes GetDecisionResponse around the stored bytes of its decision, which are neither decoded nor encoded again, and
 * copied once: fields of a message may come in any order.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function serializeLookup({ state, version, revision, decision, asOfOffset }: EncodedLookup): Buffer {
  const bytes = Buffer.allocUnsafe(MAX_HEAD_BYTES + (decision?.length ?? 0));
  let end = putField(bytes, 0, FIELD.state, state);
  end = putField(bytes, end, FIELD.version, version);
  end = putField(bytes, end, FIELD.revision, revision);
  end = putField(bytes, end, FIELD.asOfOffset, asOfOffset);
  if (decision !== undefined) {
    end = putVarint(bytes, end, FIELD.decision);
    end = putVarint(bytes, end, decision.length);
    bytes.set(decision, end);
    end += decision.length;
  }
  return bytes.subarray(0, end);
}

/** Tags: the field's number and its wire type, 0 for a varint and 2 for what has a length before it. */
const FIELD = {
  state: (1 << 3) | 0,
  version: (2 << 3) | 0,
  revision: (3 << 3) | 0,
  decision: (4 << 3) | 2,
  asOfOffset: (5 << 3) | 0,
} as const;
/** Five tags and five varints of at most ten bytes. */
const MAX_HEAD_BYTES = 5 * (1 + 10);

function putField(bytes: Buffer, at: number, tag: number, value: number | bigint): number {
  if (Number(value) === 0) return at;
  return putInteger(bytes, putVarint(bytes, at, tag), value);
}

/** An int32 or int64; a negative one takes ten bytes. */
function putInteger(bytes: Buffer, at: number, value: number | bigint): number {
  const small = Number(value);
  if (small >= 0 && small <= Number.MAX_SAFE_INTEGER) return putVarint(bytes, at, small);
  let end = at;
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) end = bytes.writeUInt8(Number(rest & 127n) | 128, end);
  return bytes.writeUInt8(Number(rest), end);
}

function putVarint(bytes: Buffer, at: number, value: number): number {
  let end = at;
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) end = bytes.writeUInt8((rest % 128) | 128, end);
  return bytes.writeUInt8(rest, end);
}

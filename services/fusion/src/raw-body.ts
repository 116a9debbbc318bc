/** Field numbers of JoinRecord's body, one of several messages. */
const FIRST_BODY_FIELD = 10;
const LAST_BODY_FIELD = 16;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/**
 * The body of an encoded JoinRecord, as its own message, without a copy. Of several bodies the last counts, as the
 * decoder has it. For records that the decoder took.
 * @throws RangeError where there is no body, or a field of a kind that proto3 does not have (groups).
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function rawBody(record: Uint8Array): Uint8Array {
  let at = 0;
  let body: Uint8Array | undefined;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = record[at];
      if (byte === undefined) throw new RangeError('a join record ends within a number');
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < record.length) {
    const tag = varint();
    const wireType = tag % 8;
    if (wireType === LENGTH_DELIMITED) {
      const length = varint();
      const field = Math.floor(tag / 8);
      if (field >= FIRST_BODY_FIELD && field <= LAST_BODY_FIELD) body = record.subarray(at, at + length);
      at += length;
    } else if (wireType === VARINT) varint();
    else if (wireType === FIXED64) at += 8;
    else if (wireType === FIXED32) at += 4;
    else throw new RangeError(`wire type ${wireType}`);
  }
  if (body === undefined) throw new RangeError('a join record without a body');
  return body;
}

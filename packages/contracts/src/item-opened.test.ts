import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ItemOpened } from './gen/tercet/v1/join_record.js';
import { readItemOpened } from './item-opened.js';

const text = fc.oneof(fc.string({ maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 4 }));
const int64 = fc.oneof(fc.constantFrom(0n, 30_000n, -1n), fc.bigInt(-(1n << 63n), (1n << 63n) - 1n));
const digest = fc.constantFrom('a'.repeat(64), 'b'.repeat(64));
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

const opened: fc.Arbitrary<ItemOpened> = fc.record({
  parts: fc.array(
    fc.record({
      partId: text,
      modality: fc.constantFrom('text', 'image', 'bïld'),
      mediaType: text,
      sha256: text,
      sizeBytes: int64,
      language: fc.constantFrom('', 'en', '\ufeffde'),
      sourcePartId: text,
      uri: text,
    }),
    { maxLength: 3 },
  ),
  context: optional(fc.record({ authorId: text, locale: text, surface: text, reach: int64, reports: int64 })),
  policy: optional(fc.record({ id: text, version: text, digest })),
  headSet: optional(fc.record({ id: text, digest })),
  windowMs: int64,
});
const encoded = opened.map((one) => ItemOpened.encode(one).finish());

/** One byte of it replaced, or what lies behind one cut off, or put behind it again. */
const disturbed = fc
  .tuple(encoded, fc.nat(), fc.nat(255), fc.constantFrom('replace', 'cut', 'repeat'))
  .map(([bytes, at, byte, how]) => {
    const place = at % (bytes.length + 1);
    if (how === 'cut') return bytes.slice(0, place);
    if (how === 'repeat') return Uint8Array.of(...bytes, ...bytes.subarray(place));
    const other = bytes.slice();
    if (place < other.length) other[place] = byte;
    return other;
  });

/** A context that the decoder leaves at a tag of 0, eight bytes before its end; a policy behind it. */
const endsEarly = Uint8Array.of(
  ...[18, 28, 10, 1, 32, 18, 15, ...new Array<number>(15).fill(97), 0, 176, 234, 1, 40, 176, 234, 1],
  ...[26, 66, 26, 64, ...new Array<number>(64).fill(97)],
);

function outcome(read: (bytes: Uint8Array) => ItemOpened, bytes: Uint8Array) {
  try {
    return read(bytes);
  } catch {
    return 'thrown';
  }
}

describe('readItemOpened', () => {
  it('reads what the decoder reads', () => {
    fc.assert(
      fc.property(encoded, (bytes) => {
        expect(outcome(readItemOpened, bytes)).toEqual(outcome(ItemOpened.decode, bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('reads of disturbed bytes what the decoder reads, or throws where it does', () => {
    fc.assert(
      fc.property(disturbed, (bytes) => {
        expect(outcome(readItemOpened, bytes)).toEqual(outcome(ItemOpened.decode, bytes));
      }),
      { numRuns: 3000, examples: [[endsEarly]] },
    );
  });

  it('answers the same policy and head set for the same bytes', () => {
    const policy = { id: 'p', version: '1', digest: 'a'.repeat(64) };
    const headSet = { id: 'h', digest: 'b'.repeat(64) };
    const bytes = ItemOpened.encode(ItemOpened.fromPartial({ policy, headSet })).finish();
    const [first, second] = [readItemOpened(bytes), readItemOpened(bytes)];
    expect(first).toEqual(ItemOpened.decode(bytes));
    expect(first.policy).toBe(second.policy);
    expect(first.headSet).toBe(second.headSet);
  });
});

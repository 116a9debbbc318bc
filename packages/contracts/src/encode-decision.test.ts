import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeDecision } from './encode-decision.js';
import { Decision } from './gen/tercet/v1/decision.js';

const text = fc.oneof(
  fc.constantFrom('', 'text', 'a'.repeat(64), 'b'.repeat(24), 'ä'.repeat(100), '\ud800'),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 130 }),
);
const texts = fc.array(text, { maxLength: 4 });
const number = fc.oneof(fc.constantFrom(0, -0, 1), fc.double());
const optionalNumber = fc.option(number, { nil: undefined });
const int64 = fc.oneof(
  fc.constantFrom(0n, -1n, 127n, 128n, (1n << 53n) - 1n, 1n << 53n, (1n << 63n) - 1n, -(1n << 63n)),
  fc.bigInt(-(1n << 63n), (1n << 63n) - 1n),
);
const int32 = fc.oneof(fc.constantFrom(0, -1, 1, 127, 128), fc.integer());
const few = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 });
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

const span = fc.record({ unit: fc.constantFrom(0, 1, 2), start: int64, end: int64 });
const box = fc.record({ corners: few(fc.record({ x: number, y: number })) });
const evidence = fc.record({ span: optional(span), box: optional(box), confidence: number });
const truncation = fc.record({ span: optional(span), code: text });
const derivation = fc.record({
  sourcePartId: text,
  kind: text,
  confidence: number,
  spans: few(fc.record({ text: optional(span), evidence: optional(evidence) })),
  truncated: few(truncation),
});
const model = fc.record({ name: text, version: text, digest: text });

// A field that the message gets and this lacks does not compile.
const decision: fc.Arbitrary<Required<Decision>> = fc.record({
  decisionId: text,
  itemKey: text,
  tenant: text,
  itemId: text,
  version: int64,
  revision: int32,
  status: fc.constantFrom(-1, 0, 1, 2, 3),
  cause: fc.constantFrom(-1, 0, 1, 8),
  action: text,
  modifiers: texts,
  flagged: fc.boolean(),
  categories: few(
    fc.record({
      category: text,
      flagged: fc.boolean(),
      score: number,
      severity: int32,
      appliedInputTypes: texts,
      threshold: optionalNumber,
      contributions: few(fc.record({ partId: text, score: number, share: number, span: optional(span) })),
    }),
  ),
  notCovered: few(
    fc.record({
      modality: text,
      partId: text,
      code: text,
      categories: texts,
      truncation: optional(truncation),
    }),
  ),
  reasons: few(
    fc.record({
      code: text,
      action: text,
      category: text,
      partId: text,
      modality: text,
      score: optionalNumber,
      threshold: optionalNumber,
      rule: text,
      evidence: optional(evidence),
    }),
  ),
  partsUsed: few(
    fc.record({
      partId: text,
      modality: text,
      sha256: text,
      encoderDigest: text,
      vectors: few(fc.record({ modelDigest: text, vectorDigest: text })),
      derivation: optional(derivation),
      language: text,
      readBy: texts,
    }),
  ),
  partsMissing: few(fc.record({ partId: text, modality: text, code: text, state: text, detail: text })),
  modalitiesUsed: texts,
  modalitiesMissing: texts,
  conflicts: few(
    fc.record({ category: text, highPartId: text, highScore: number, lowPartId: text, lowScore: number }),
  ),
  uncertainty: number,
  models: few(model),
  policy: optional(fc.record({ id: text, version: text, digest: text })),
  headSet: optional(fc.record({ id: text, digest: text })),
  severitySource: text,
  human: optional(fc.record({ reviewId: text, reviewerId: text, judgedRevision: int32 })),
  appliedOffset: int64,
  openedOffset: optional(int64),
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const encoded = (one: Decision): string => hex(Decision.encode(one).finish());

describe('encodeDecision', () => {
  it('writes what the generated encoder writes', () => {
    fc.assert(
      fc.property(decision, (one) => {
        expect(hex(encodeDecision(one))).toBe(encoded(one));
      }),
      { numRuns: 1000 },
    );
  });

  it('writes decisions that are larger than a piece of its memory, and nothing over those before', () => {
    const sizes = [10, 30_000, 10, 40_000, 200_000, 70_000, 10];
    const made = sizes.map((size, i) =>
      Decision.fromPartial({ action: `${i}`.repeat(size), modifiers: ['ü'] }),
    );
    const written = made.map(encodeDecision);
    expect(written.map(hex)).toEqual(made.map(encoded));
  });

  it('sees what changed in a message that it has written before', () => {
    const models = [{ name: 'words', version: '1', digest: 'a' }];
    const notCovered = [{ code: 'no_head', categories: ['hate'] }];
    const one = Decision.fromPartial({ models, notCovered });
    encodeDecision(one);
    for (const model of one.models) model.version = '2';
    for (const gap of one.notCovered) gap.categories.push('violence');
    expect(hex(encodeDecision(one))).toBe(encoded(one));
  });

  it('refuses numbers beyond their range, and forgets what it had begun', () => {
    for (const wrong of [
      { version: 1n << 63n },
      { appliedOffset: -(1n << 63n) - 1n },
      { revision: 2 ** 31 },
    ]) {
      const one = { ...Decision.fromPartial({ itemKey: 'a/b' }), ...wrong };
      expect(() => Decision.encode(one)).toThrow(Error);
      expect(() => encodeDecision(one)).toThrow(RangeError);
    }
    const sound = Decision.fromPartial({ itemKey: 'c/d' });
    expect(hex(encodeDecision(sound))).toBe(encoded(sound));
  });
});

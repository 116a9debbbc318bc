import { Decision, GetDecisionResponse, LookupState } from '@tercet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodedLookup, serializeLookup } from './encoded-lookup.js';

describe('serializeLookup', () => {
  it('says what encoding the decoded decision would say', () => {
    const answers = fc.record({
      state: fc.constantFrom('decided' as const, 'pending' as const, 'unknown' as const),
      version: fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }),
      revision: fc.nat(),
      asOfOffset: fc.bigInt({ min: -1n, max: (1n << 63n) - 1n }),
      decision: fc.option(
        fc.record({ itemKey: fc.string(), action: fc.string(), uncertainty: fc.double({ noNaN: true }) }),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(answers, ({ decision: partial, ...answer }) => {
        const stored = partial && Decision.encode(Decision.fromPartial(partial)).finish();
        const bytes = serializeLookup(encodedLookup({ ...answer, ...(stored ? { decision: stored } : {}) }));
        expect(GetDecisionResponse.decode(bytes)).toEqual({
          state: LookupState[answer.state.toUpperCase() as 'DECIDED' | 'PENDING' | 'UNKNOWN'],
          version: answer.version,
          revision: answer.revision,
          decision: stored && Decision.decode(stored),
          asOfOffset: answer.asOfOffset,
        });
      }),
    );
  });

  it('keeps an answer whose decision is empty apart from one without', () => {
    const answer = { state: 'decided', version: 1n, revision: 1, asOfOffset: 0n } as const;
    const bytes = serializeLookup(encodedLookup({ ...answer, decision: new Uint8Array() }));
    expect(GetDecisionResponse.decode(bytes).decision).toEqual(Decision.create());
  });

  it('does not answer where the state cannot tell', () => {
    const answer = { state: 'rebuilding', version: 0n, revision: 0, asOfOffset: -1n } as const;
    expect(() => encodedLookup(answer)).toThrow(expect.objectContaining({ code: 'state_rebuilding' }));
  });
});
